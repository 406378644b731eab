package rules

import (
	"fmt"
	"regexp"

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

func runUnresolvedTemplateVariable(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		var found []manifest.Path
		eachText(p.Object.Value.Get("spec"), manifest.Field("spec"), func(path manifest.Path, text string) {
			if templateVariable.MatchString(text) {
				found = append(found, path)
			}
		})
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

// eachText calls f for every scalar below a value, and for every key that holds
// a variable itself.
func eachText(v manifest.Value, path manifest.Path, f func(manifest.Path, string)) {
	for _, e := range v.Members() {
		if below := path.Key(e.Key); templateVariable.MatchString(e.Key) {
			f(below, e.Key)
		} else {
			eachText(e.Value, below, f)
		}
	}
	for i, item := range v.Items() {
		eachText(item, path.Item(i), f)
	}
	if v.Text() != "" {
		f(path, v.Text())
	}
}

func textAt(v manifest.Value, path manifest.Path) string {
	if last := path[len(path)-1]; !last.IsItem() && templateVariable.MatchString(last.Key) {
		return last.Key
	}
	return v.At(path).Text()
}
