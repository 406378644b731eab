package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var unresolvedTemplateVariable = &lint.Rule{
	Name: "unresolved-template-variable",
	Doc: `variable of a template is left in a policy

A selector, address or port that holds ${VAR}, $(VAR) or {{ VAR }} is meant to be
filled in by something that runs after nplint, such as the substitution of Flux,
and matches nothing as it stands. Other rules pass over such a field: what it
will be is not known.

Lint the manifests after the substitution to have the field checked too.

Not checked: variables in other objects than policies.

https://kubernetes.io/docs/concepts/services-networking/network-policies/`,
	Severity: lint.Info,
	Tags:     []string{"schema"},
	Run:      runUnresolvedTemplateVariable,
}

// templateVariable is what the templating of Flux, Kustomize and Helm leaves
// behind.
var templateVariable = regexp.MustCompile(`\$\{[^}]*\}|\$\([A-Za-z_][A-Za-z0-9_]*\)|\{\{.*\}\}`)

// holdsVariable reports whether a text holds such a variable.
func holdsVariable(text string) bool {
	return (strings.IndexByte(text, '$') >= 0 || strings.IndexByte(text, '{') >= 0) && templateVariable.MatchString(text)
}

func runUnresolvedTemplateVariable(pass *lint.Pass) (any, error) {
	at := append(make(manifest.Path, 0, 16), manifest.Field("spec")...)
	for _, p := range pass.Graph.Policies {
		found := variablesIn(p.Object.Value.Get("spec"), at)
		if len(found) == 0 {
			continue
		}
		d := lint.Diagnostic{
			Object: p.Object, Path: found[0],
			Message: fmt.Sprintf("%s holds %s, which is not resolved, so the field is not checked", p,
				templateVariable.FindString(textAt(p.Object.Value, found[0]))),
		}
		for _, path := range found[1:] {
			d.Related = append(d.Related, lint.Related{Object: p.Object, Path: path, Message: "not resolved either"})
		}
		pass.Report(d)
	}
	return nil, nil
}

// variablesIn returns the paths of the scalars below a value, and of the keys,
// that hold a variable. What follows the path of the value is written over.
func variablesIn(v manifest.Value, at manifest.Path) []manifest.Path {
	var found []manifest.Path
	for _, e := range v.Members() {
		if below := append(at, manifest.Step{Key: e.Key, Index: -1}); holdsVariable(e.Key) {
			found = append(found, slices.Clone(below))
		} else {
			found = append(found, variablesIn(e.Value, below)...)
		}
	}
	for i, item := range v.Items() {
		found = append(found, variablesIn(item, append(at, manifest.Step{Index: i}))...)
	}
	if holdsVariable(v.Text()) {
		found = append(found, slices.Clone(at))
	}
	return found
}

func textAt(v manifest.Value, path manifest.Path) string {
	if last := path[len(path)-1]; !last.IsItem() && holdsVariable(last.Key) {
		return last.Key
	}
	return v.At(path).Text()
}
