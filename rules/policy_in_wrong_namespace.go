package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var policyInWrongNamespace = &lint.Rule{
	Name: "policy-in-wrong-namespace",
	Doc: `policy selects pods that live in another namespace

A policy applies to pods of its own namespace only. This one matches none there,
but workloads of exactly one other namespace of the input, which stay as open as
they were.

It is possible rather than certain, and a warning, where the input holds no
workload of the policy's own namespace or the policy names no namespace at all.

Silent: where a policy of the other namespace selects those pods already.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Run:      runPolicyInWrongNamespace,
}

func runPolicyInWrongNamespace(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		home := misplaced(pass, p)
		if home == nil {
			continue
		}
		meant := home.Select(p.Subject)
		d := lint.Diagnostic{
			Object: p.Object, Path: manifest.Field("metadata", "namespace"),
			Message: fmt.Sprintf("%s selects no pod of %s, but %s, which it does not protect from there", p, namespaceName(p.Namespace), some(meant)),
			Related: []lint.Related{{Object: meant[0].Object, Path: manifest.Field("metadata", "namespace"), Message: meant[0].String() + " is here"}},
			Fixes:   []lint.Fix{{Message: "move the policy to namespace " + home.Name}},
		}
		if p.Namespace.Symbolic() {
			d.Path = manifest.Field("metadata", "name")
			d.Message = fmt.Sprintf("%s names no namespace and selects no pod that names none, but %s, which it protects only if it is applied to namespace %s",
				p, some(meant), home.Name)
		}
		if len(p.Namespace.Workloads) == 0 {
			d.Certainty = lint.Possible
		}
		pass.Report(d)
	}
	return nil, nil
}

// misplaced returns the one other namespace in which a policy's selector
// matches workloads although it matches none in its own, nil if there is none
// or if those workloads have such a policy already.
func misplaced(pass *lint.Pass, p *graph.Policy) *graph.Namespace {
	s := p.Subject
	if len(p.Workloads) > 0 || s.Everything() || s.Invalid || s.Unsatisfiable() || madeElsewhere(pass.Options, p.Object, s) {
		return nil
	}
	_, home := elsewhere(pass.Graph, p.Namespace, s)
	if home == nil || home.Symbolic() {
		return nil
	}
	for _, other := range home.Policies {
		if !other.Subject.Everything() && s.Implies(other.Subject) {
			return nil
		}
	}
	return home
}
