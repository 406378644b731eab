package rules

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var missingNamespace = &lint.Rule{
	Name: "missing-namespace",
	Doc: `policy names no namespace although manifests beside it do

Without a namespace a policy lands wherever the one who applies it happens to
be. Where the other manifests say which namespace they belong to, that is seldom
what was meant.

Not checked: policies that Kustomize builds or a chart renders, whose namespace
is given from outside, and runs with --namespace.

https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/`,
	Severity: lint.Info,
	Preset:   lint.All,
	Tags:     []string{"schema"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runMissingNamespace,
}

func runMissingNamespace(pass *lint.Pass) (any, error) {
	names := map[string][]string{} // of the namespaces that a root's manifests write
	for _, o := range pass.Bundle.Objects {
		if name := o.Value.Get("metadata").Get("namespace").Text(); plain(o) && name != "" {
			names[o.Root] = append(names[o.Root], name)
		}
	}
	for _, spec := range partsOf(pass).specs {
		o := spec.object
		beside := names[o.Root]
		if o.ID.Namespace != "" || len(beside) == 0 || !plain(o) {
			continue
		}
		d := lint.Diagnostic{
			Object: o, Path: manifest.Field("metadata"),
			Message: fmt.Sprintf("%s names no namespace, so it lands in whichever is current when it is applied, while manifests beside it name %s", objectName(o), slices.Min(beside)),
		}
		if slices.Min(beside) == slices.Max(beside) {
			d.Fixes = []lint.Fix{{
				Message: "write the namespace " + beside[0],
				Ops:     []lint.Op{{Object: o, Path: manifest.Field("metadata", "namespace"), Kind: lint.Insert, Value: beside[0]}},
			}}
		}
		pass.Report(d)
	}
	return nil, nil
}

// plain reports whether an object is applied as it is written, by neither
// Kustomize nor Helm.
func plain(o *manifest.Object) bool {
	return o.Tree == "" && o.Beside == "" && o.Chart == "" && !bytes.Contains(o.File().Data, []byte("\n# Source: "))
}
