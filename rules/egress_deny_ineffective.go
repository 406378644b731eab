package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var egressDenyIneffective = &lint.Rule{
	Name: "egress-deny-ineffective",
	Doc: `empty egress list without the Egress type denies nothing

"egress: []" denies all egress only if Egress is one of the policyTypes. Where
policyTypes is absent, the API server adds Egress only for a list with rules, so
that this policy isolates its pods for ingress and leaves their egress open: the
opposite of what the line says.

The severity is a warning where policyTypes is written without Egress: tools
that generate policies write out empty lists.

Not checked: whether another policy isolates the same pods for egress.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runEgressDenyIneffective,
}

func runEgressDenyIneffective(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if !deniesNoEgress(p) {
			continue
		}
		side := p.Side(graph.Egress)
		d := lint.Diagnostic{
			Object: p.Object, Path: side.Path,
			Message: fmt.Sprintf("%s has an empty egress list but not the type Egress, so it does not stop egress and isolates its pods for ingress instead", p),
			Fixes:   denyEgress(p),
		}
		if p.ExplicitTypes {
			d.Severity = lint.Warning
			d.Message = fmt.Sprintf("%s has an empty egress list but its policyTypes do not name Egress, so it does not stop egress", p)
		}
		d.Message += still(prove(pass, &d, subjectOf(p), internet, true, connset.All))
		pass.Report(d)
	}
	return nil, nil
}

// denyEgress returns the fix that makes the empty list count. A policy that also
// says something about ingress keeps isolating for it.
func denyEgress(p *graph.Policy) []lint.Fix {
	if p.ExplicitTypes || len(p.Side(graph.Ingress).Rules) > 0 {
		return []lint.Fix{{Message: "isolate for egress too", Ops: []lint.Op{setPolicyTypes(p, graph.Ingress, graph.Egress)}}}
	}
	return []lint.Fix{{Message: "isolate for egress only", Ops: []lint.Op{setPolicyTypes(p, graph.Egress)}}}
}

// deniesNoEgress reports whether a policy has an egress list without rules and
// does not isolate for egress.
func deniesNoEgress(p *graph.Policy) bool {
	side := p.Side(graph.Egress)
	return !side.Isolates && len(side.Rules) == 0 && (side.Written == manifest.Null || side.Written == manifest.List)
}
