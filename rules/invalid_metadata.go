package rules

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint"
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
	c := &metadataChecker{pass: pass, faults: map[string]string{}}
	for _, o := range pass.Bundle.Objects {
		meta := part{o, manifest.Field("metadata"), o.Value.Get("metadata")}
		c.names(meta)
		c.labels(meta)
	}
	for _, w := range pass.Graph.Workloads {
		if path := w.LabelsPath[:len(w.LabelsPath)-1]; len(path) > 1 {
			c.labels(part{w.Object, path, w.Object.Value.At(path)})
		}
	}
	return nil, nil
}

// metadataChecker remembers what it has checked: the pods of a cluster have
// few different labels.
type metadataChecker struct {
	pass   *lint.Pass
	faults map[string]string
}

// check returns what a function of the API server says about a text.
func (c *metadataChecker) check(what string, validate func(string) []string, text string) string {
	id := what + " " + text
	said, known := c.faults[id]
	if !known {
		if messages := validate(text); len(messages) > 0 {
			said = fault(messages)
		}
		c.faults[id] = said
	}
	return said
}

func (c *metadataChecker) report(p part, what, said string) {
	c.pass.Report(lint.Diagnostic{
		Object: p.object, Path: p.path,
		Message: fmt.Sprintf("%s of %s %s, so the API server refuses the object: %s", p.path, objectName(p.object), what, said),
	})
}

func (c *metadataChecker) names(meta part) {
	name, generate, namespace := meta.get("name"), meta.get("generateName"), meta.get("namespace")
	validate := validation.IsDNS1123Subdomain
	if kind := meta.object.ID.Kind; kind == "Namespace" || kind == "Service" {
		validate = validation.IsDNS1123Label
	}
	if meta.object.ID.Group() == "rbac.authorization.k8s.io" {
		// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#path-segment-names
		validate = content.IsPathSegmentName
	}
	c.name(namespace, validation.IsDNS1123Label)
	c.name(name, validate)
	switch text, ok := name.text(); {
	case !ok || text != "":
	case generate.value.Text() != "":
		c.name(generate, func(prefix string) []string { return validate(generated(prefix)) })
	case !partial(meta):
		c.report(name, "is missing", "every policy has a name")
	}
}

func (c *metadataChecker) name(p part, validate func(string) []string) {
	text, ok := p.text()
	if !ok || text == "" {
		return
	}
	if messages := validate(text); len(messages) > 0 {
		c.report(p, "is "+strconv.Quote(text), fault(messages))
	}
}

// generated is a name that the server makes of a prefix.
func generated(prefix string) string {
	const longest = 58 // leaves room for the five letters that the server adds
	return prefix[:min(len(prefix), longest)] + "x"
}

// partial reports whether an object may do without a name: it is no policy, or
// it is rather a patch.
func partial(meta part) bool {
	patch := false
	for _, fact := range meta.object.Facts {
		patch = patch || fact.Kind == manifest.UnknownField && strings.HasPrefix(lastKey(fact.Path), "$")
	}
	return patch || meta.misspelt() || meta.object.Beside != "" || !strings.HasSuffix(meta.object.ID.Kind, "NetworkPolicy")
}

const maxAnnotations = 256 << 10 // bytes of all keys and values

func (c *metadataChecker) labels(meta part) {
	labels := meta.get("labels")
	for _, e := range labels.value.Members() {
		key := e.Key
		label := labels.get(key)
		value, ok := label.text()
		if templateVariable.MatchString(key) {
			continue
		}
		if said := c.check("key", validation.IsQualifiedName, key); said != "" {
			c.report(label, "has a key that is no label key", said)
		} else if said := c.check("value", validation.IsValidLabelValue, value); ok && said != "" {
			c.report(label, "is "+strconv.Quote(value)+", which is no label value", said)
		}
	}
	annotations, size := meta.get("annotations"), 0
	for _, e := range annotations.value.Members() {
		key := e.Key
		size += len(key) + len(e.Value.Text())
		if templateVariable.MatchString(key) {
			continue
		}
		// Letter case is free in the prefix of an annotation's key.
		if said := c.check("key", validation.IsQualifiedName, strings.ToLower(key)); said != "" {
			c.report(annotations.get(key), "has a key that is no annotation key", said)
		}
	}
	if size > maxAnnotations {
		c.report(annotations, fmt.Sprintf("holds %d bytes", size), fmt.Sprintf("all annotations together hold %d at most", maxAnnotations))
	}
}
