package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var implicitIngressDeny = &lint.Rule{
	Name: "implicit-ingress-deny",
	Doc: `egress rules without policyTypes deny all ingress as well

Where policyTypes is absent, the API server adds Ingress always, and Egress for
a policy with egress rules. A policy that is only about egress therefore also
isolates its pods for ingress and admits nothing to them. Say which directions
are meant: "policyTypes: [Egress]", or write "ingress: []" to deny it openly.

It is only information where another policy that says so isolates the same pods
for ingress, such as a default deny.

Not checked: whether other policies admit what the pods need.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Warning,
	Tags:     []string{"schema"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runImplicitIngressDeny,
}

func runImplicitIngressDeny(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		var implicit, open []*graph.Policy
		for _, p := range n.Policies {
			switch {
			case deniesIngressImplicitly(p):
				implicit = append(implicit, p)
			case p.Side(graph.Ingress).Isolates:
				open = append(open, p)
			}
		}
		isolating := indexSubjects(open)
		for _, p := range implicit {
			reportImplicitIngressDeny(pass, p, slices.Collect(isolating.containing(p)))
		}
	}
	return nil, nil
}

func deniesIngressImplicitly(p *graph.Policy) bool {
	return !p.ExplicitTypes && len(p.Side(graph.Egress).Rules) > 0 && p.Side(graph.Ingress).Written == manifest.Absent
}

func reportImplicitIngressDeny(pass *lint.Pass, p *graph.Policy, isolating []*graph.Policy) {
	d := lint.Diagnostic{
		Object: p.Object, Path: p.Side(graph.Egress).Path,
		Message: fmt.Sprintf("%s has egress rules but no policyTypes, so it also isolates its pods for ingress and admits nothing to them", p),
		Fixes:   []lint.Fix{{Message: "isolate for egress only", Ops: []lint.Op{setPolicyTypes(p, graph.Egress)}}},
	}
	if len(isolating) > 0 {
		d.Severity = lint.Info
		d.Message = fmt.Sprintf("%s has egress rules but no policyTypes, so it isolates its pods for ingress too, as %s does already", p, isolating[0])
		d.Related = []lint.Related{{
			Object: isolating[0].Object, Path: metadataName, Message: "isolates the same pods for ingress",
		}}
	}
	prove(pass, &d, outsider(pass.Graph, p.Namespace), subjectOf(p), false, connset.All)
	pass.Report(d)
}
