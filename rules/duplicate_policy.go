package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var duplicatePolicy = &lint.Rule{
	Name: "duplicate-policy",
	Doc: `two policies of one name

Of two policies with the same kind, namespace and name the one that is applied
last replaces the other: its rules are gone, and nobody says so. Policies that
should add up need names of their own.

It is only possible, and so a warning, where the two stand in different files.
It is information where both say the same, and where files hold two policies for
the same pods, which are rather alternatives than a slip.

Not checked: policies whose namespaces are not known to be the same. Kustomize
and Helm refuse duplicates themselves.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runDuplicatePolicy,
}

func runDuplicatePolicy(pass *lint.Pass) (any, error) {
	type identity struct{ group, kind, namespace, root, name string }
	first := map[identity]*manifest.Object{}
	for _, o := range slices.SortedStableFunc(slices.Values(pass.Bundle.Objects), inOrder) {
		if !strings.HasSuffix(o.ID.Kind, "NetworkPolicy") || o.ID.Name == "" || o.Beside != "" {
			continue
		}
		id := identity{o.ID.Group(), o.ID.Kind, o.ID.Namespace, "", o.ID.Name}
		if id.namespace == "" {
			id.root = o.Root
		}
		if other := first[id]; other != nil {
			reportDuplicate(pass, other, o)
		} else {
			first[id] = o
		}
	}
	return nil, nil
}

// inOrder compares objects by the order in which kubectl applies them.
func inOrder(a, b *manifest.Object) int {
	return cmp.Or(cmp.Compare(a.File().Name, b.File().Name), cmp.Compare(a.Span().Start, b.Span().Start))
}

func reportDuplicate(pass *lint.Pass, first, second *manifest.Object) {
	d := lint.Diagnostic{
		Object: second, Path: metadataName,
		Message: fmt.Sprintf("there is another policy %s, and the one that is applied last replaces the other with its rules", objectName(second)),
		Related: []lint.Related{{Object: first, Path: metadataName, Message: "the other policy"}},
	}
	spec, other := second.Value.Get("spec"), first.Value.Get("spec")
	switch {
	case spec.Equal(other):
		d.Severity = lint.Info
		d.Message = fmt.Sprintf("policy %s stands here a second time with the same spec", objectName(second))
	case first.File() != second.File():
		d.Certainty = lint.Possible
		if spec.Get("podSelector").Equal(other.Get("podSelector")) {
			d.Severity = lint.Info
		}
	}
	pass.Report(d)
}
