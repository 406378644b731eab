package rules

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidMetadata = &lint.Rule{
	Name: "invalid-metadata",
	Doc: `name, namespace, label or annotation that the API server refuses

Names are lower case letters, digits, "-" and ".", namespaces the same without
"." and at most 63 of them. A label's value is at most 63 letters, digits, "-",
"_" and ".", so that a version with a "+" in it, as charts have them, is none.
The server refuses the object, which is then missing from the cluster.

The labels of a workload's pods are checked as well.

Not checked: what only the server and controllers write, such as owners and
finalizers, the shorter names of some kinds, and words in which a template's
variable is left.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runInvalidMetadata,
}

func runInvalidMetadata(pass *lint.Pass) (any, error) {
	c := metadataChecker{pass}
	for _, o := range pass.Bundle.Objects {
		meta := o.Value.Get("metadata")
		c.names(o, meta)
		c.labels(o, metadata, meta)
	}
	for _, w := range pass.Graph.Workloads {
		if path := w.LabelsPath[:len(w.LabelsPath)-1]; len(path) > 1 {
			c.labels(w.Object, path, w.Object.Value.At(path))
		}
	}
	return nil, nil
}

var metadata = manifest.Field("metadata")

type metadataChecker struct{ pass *lint.Pass }

func (c metadataChecker) report(o *manifest.Object, path manifest.Path, what string, faults []string) {
	c.pass.Report(lint.Diagnostic{
		Object: o, Path: path,
		Message: fmt.Sprintf("%s of %s %s, so the API server refuses the object: %s", path, objectName(o), what, fault(faults)),
	})
}

func (c metadataChecker) names(o *manifest.Object, meta manifest.Value) {
	validate := validation.IsDNS1123Subdomain
	if kind := o.ID.Kind; kind == "Namespace" || kind == "Service" {
		validate = validation.IsDNS1123Label
	}
	if o.ID.Group() == "rbac.authorization.k8s.io" {
		// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
		validate = content.IsPathSegmentName
	}
	c.name(o, meta, "namespace", validation.IsDNS1123Label)
	c.name(o, meta, "name", validate)
	switch text, ok := textOf(meta.Get("name")); {
	case !ok || text != "":
	case meta.Get("generateName").Text() != "":
		c.name(o, meta, "generateName", func(prefix string) []string { return validate(generated(prefix)) })
	case !partial(o):
		c.report(o, metadataName, "is missing", []string{"every policy has a name"})
	}
}

func (c metadataChecker) name(o *manifest.Object, meta manifest.Value, field string, validate func(string) []string) {
	text, ok := textOf(meta.Get(field))
	if !ok || plainName(text) {
		return
	}
	if messages := validate(text); len(messages) > 0 {
		c.report(o, metadata.Key(field), "is "+strconv.Quote(text), messages)
	}
}

// plainName reports whether a text is nothing, or a name that every kind may have
// and that needs no closer look.
func plainName(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0 || i == len(text)-1) {
			return false
		}
	}
	return len(text) <= validation.DNS1123LabelMaxLength
}

// generated is a name that the server makes of a prefix.
func generated(prefix string) string {
	const longest = 58 // leaves room for the five letters that the server adds
	return prefix[:min(len(prefix), longest)] + "x"
}

// partial reports whether an object may do without a name: it is no policy, or
// it is rather a patch.
func partial(o *manifest.Object) bool {
	patch := false
	for _, fact := range o.Facts {
		patch = patch || fact.Kind == manifest.UnknownField && strings.HasPrefix(lastKey(fact.Path), "$")
	}
	meta := field(o, "metadata")
	return patch || meta.misspelt() || o.Beside != "" || !strings.HasSuffix(o.ID.Kind, "NetworkPolicy")
}

const maxAnnotations = 256 << 10 // bytes of all keys and values

// labels checks the labels and annotations of metadata, which stand at a path.
func (c metadataChecker) labels(o *manifest.Object, at manifest.Path, meta manifest.Value) {
	labels := meta.Get("labels")
	for _, e := range labels.Members() {
		key := e.Key
		if holdsVariable(key) {
			continue
		}
		if !graph.ValidLabelKey(key) {
			c.report(o, at.Key("labels").Key(key), "has a key that is no label key", validation.IsQualifiedName(key))
		} else if value, ok := textOf(labels.Get(key)); ok && !graph.ValidLabelValue(value) {
			c.report(o, at.Key("labels").Key(key), "is "+strconv.Quote(value)+", which is no label value", validation.IsValidLabelValue(value))
		}
	}
	annotations, size := meta.Get("annotations"), 0
	for _, e := range annotations.Members() {
		key := e.Key
		size += len(key) + len(e.Value.Text())
		if holdsVariable(key) {
			continue
		}
		// Letter case is free in the prefix of an annotation's key.
		if lower := strings.ToLower(key); !graph.ValidLabelKey(lower) {
			c.report(o, at.Key("annotations").Key(key), "has a key that is no annotation key", validation.IsQualifiedName(lower))
		}
	}
	if size > maxAnnotations {
		c.report(o, at.Key("annotations"), fmt.Sprintf("holds %d bytes", size), []string{fmt.Sprintf("all annotations together hold %d at most", maxAnnotations)})
	}
}
