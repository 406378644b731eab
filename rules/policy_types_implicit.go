package rules

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var policyTypesImplicit = &lint.Rule{
	Name: "policy-types-implicit",
	Doc: `policy leaves it to its rules which directions it isolates

Without policyTypes a policy isolates its pods for ingress, and for egress if it
has egress rules. Readers have to know that, and the meaning of the policy
changes when the last egress rule goes. Written out, it says what is meant.

Not checked: policies whose default is surprising; egress-deny-ineffective and
implicit-ingress-deny report those.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Info,
	Preset:   lint.All,
	Tags:     []string{"schema"},
	Run:      runPolicyTypesImplicit,
}

func runPolicyTypesImplicit(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if !graph.IsNetworkPolicy(p.Object.ID) || p.ExplicitTypes || p.Object.Value.At(policyTypes).Kind() == manifest.String ||
			deniesIngressImplicitly(p) || deniesNoEgress(p) {
			continue
		}
		var types []graph.Direction
		var names []string
		for _, d := range graph.Directions {
			if p.Side(d).Isolates {
				types, names = append(types, d), append(names, d.String())
			}
		}
		pass.Report(lint.Diagnostic{
			Object: p.Object, Path: policyTypes,
			Message: fmt.Sprintf("%s has no policyTypes and isolates its pods for %s by default", p, strings.Join(names, " and ")),
			Fixes:   []lint.Fix{{Message: "write policyTypes out", Ops: []lint.Op{setPolicyTypes(p, types...)}}},
		})
	}
	return nil, nil
}
