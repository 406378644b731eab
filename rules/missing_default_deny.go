package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var missingDefaultDeny = &lint.Rule{
	Name: "missing-default-deny",
	Doc: `namespace has policies but none that isolates all its pods

Policies for single applications leave every pod that they do not select open:
also the one that somebody adds tomorrow. A policy with an empty podSelector
isolates whatever comes. It may have rules of its own, unless one of them allows
everything.

The preset strict asks for it in both directions and makes it a warning.

Not checked: namespaces without workloads or policies in the input, and those in
which a workload is selected by no policy, which is a finding of its own;
namespaces to which policies may be applied that are written without one.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-traffic`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Run:      runMissingDefaultDeny,
}

func runMissingDefaultDeny(pass *lint.Pass) (any, error) {
	for _, c := range coverages(pass) {
		for _, d := range graph.Directions {
			if asksForDefaultDeny(pass, c, d) {
				reportMissingDefaultDeny(pass, c, d)
			}
		}
	}
	return nil, nil
}

// asksForDefaultDeny reports whether a namespace should have a policy that
// isolates all its pods in a direction and has none.
func asksForDefaultDeny(pass *lint.Pass, c coverage, d graph.Direction) bool {
	if d == graph.Egress && pass.Options.Preset < lint.Strict {
		return false
	}
	return len(c.namespace.Policies) > 0 && len(c.open) == 0 && c.severity != lint.Info &&
		!slices.ContainsFunc(c.namespace.Policies, func(p *graph.Policy) bool { return isolatesAll(p, d) && allowsAll(p, d) == nil })
}

func isolatesAll(p *graph.Policy, d graph.Direction) bool {
	return p.Side(d).Isolates && (graph.Selector{}).Implies(p.Subject)
}

func reportMissingDefaultDeny(pass *lint.Pass, c coverage, d graph.Direction) {
	n := c.namespace
	diagnostic := lint.Diagnostic{
		Severity: pass.Advisory(), Certainty: c.certainty, Object: n.Object, Path: metadataName,
		Message: fmt.Sprintf("no policy isolates all pods of %s for %s, so a pod that none of them selects %s",
			namespaceName(n), d, openTo[d]),
	}
	for _, p := range n.Policies {
		if !isolatesAll(p, d) {
			continue
		}
		rule := allowsAll(p, d)
		diagnostic.Related = append(diagnostic.Related, lint.Related{
			Object: p.Object, Path: rule.Path, Message: fmt.Sprintf("%s selects all pods but allows all %s", p, d),
		})
	}
	if n.Object == nil {
		diagnostic.Object = n.Policies[0].Object
	}
	if len(diagnostic.Related) == 0 {
		diagnostic.Fixes = addDefaultDeny(pass, diagnostic.Object, d, n)
	}
	pass.Report(diagnostic)
}

// openTo says what may happen to a pod that is not isolated.
var openTo = [...]string{
	graph.Ingress: "is open to every pod of the cluster",
	graph.Egress:  "may connect to anything",
}
