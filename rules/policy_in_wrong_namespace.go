package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var policyInWrongNamespace = &lint.Rule{
	Name: "policy-in-wrong-namespace",
	Doc: `policy selects pods that live in another namespace

A policy applies to pods of its own namespace only. This one matches none there,
but workloads of exactly one other namespace of the input, which stay as open as
they were.

It is possible rather than certain, and a warning, where the policy names no
namespace at all, or is in the namespace "default" and the input holds no workload
of it. It is info where the input holds no workload of another namespace that the
policy names: its pods may be deployed by somebody else.

Silent: where a policy of the other namespace selects those pods already.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runPolicyInWrongNamespace,
}

func runPolicyInWrongNamespace(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	for _, p := range pass.Graph.Policies {
		where, misplaced := f.misplaced(p)
		if !misplaced {
			continue
		}
		meant := where.there[0]
		d := lint.Diagnostic{
			Severity: unlessDeployedElsewhere(p, lint.Error), Certainty: surely(p),
			Object: p.Object, Path: manifest.Field("metadata", "namespace"),
			Message: fmt.Sprintf("%s selects no pod of %s, but %s, which it does not protect from there", p, namespaceName(p.Namespace), some(where.there)),
			Related: []lint.Related{{Object: meant.Object, Path: manifest.Field("metadata", "namespace"), Message: meant.String() + " is here"}},
			Fixes:   []lint.Fix{{Message: "move the policy to namespace " + where.home.Name}},
		}
		if p.Namespace.Symbolic() {
			d.Path = metadataName
			d.Message = fmt.Sprintf("%s names no namespace and selects no pod that names none, but %s, which it protects only if it is applied to namespace %s",
				p, some(where.there), where.home.Name)
		}
		prove(pass, &d, internet, reach.Workload(meant), true, connset.All)
		pass.Report(d)
	}
	return nil, nil
}

// misplaced returns where a policy's subject is, if that is one other namespace
// and no policy there selects those pods already.
func (f *finder) misplaced(p *graph.Policy) (whereabouts, bool) {
	if len(p.Workloads) > 0 || !f.expects(p, p.Subject) {
		return whereabouts{}, false
	}
	where := f.elsewhere(p, p.Subject)
	if where.here || where.home == nil {
		return whereabouts{}, false
	}
	for _, other := range where.there[0].Policies {
		if !other.Subject.Everything() && p.Subject.Implies(other.Subject) {
			return whereabouts{}, false
		}
	}
	return where, true
}

// unlessDeployedElsewhere lowers a severity to info where the input holds no
// workload of the policy's namespace. The namespace "default" is an exception:
// it is where manifests land by mistake.
func unlessDeployedElsewhere(p *graph.Policy, severity lint.Severity) lint.Severity {
	if n := p.Namespace; n.Symbolic() || n.Name == "default" || inhabited(n) {
		return severity
	}
	return lint.Info
}
