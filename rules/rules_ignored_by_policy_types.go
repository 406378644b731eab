package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var rulesIgnoredByPolicyTypes = &lint.Rule{
	Name: "rules-ignored-by-policy-types",
	Doc: `rules of a direction that policyTypes does not name have no effect

A policy isolates its pods only for the directions in its policyTypes. Rules of
the other direction are accepted by the API server and never used: whoever wrote
them believes in a restriction that does not exist.

Not checked: policies whose policyTypes holds a word that the API does not know,
because the policy is refused as a whole.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runRulesIgnoredByPolicyTypes,
}

func runRulesIgnoredByPolicyTypes(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if !knownTypes(p) {
			continue
		}
		for _, d := range graph.Directions {
			side := p.Side(d)
			if side.Isolates || len(side.Rules) == 0 {
				continue
			}
			diagnostic := lint.Diagnostic{
				Object: p.Object, Path: side.Path,
				Message: fmt.Sprintf("%s has %s but its policyTypes do not name %s, so its pods are not isolated for %s and what is written here has no effect",
					p, count(len(side.Rules), d.String()+" rule"), d.Type(), d),
				Related: []lint.Related{{Object: p.Object, Path: policyTypes, Message: "the types that are in effect"}},
				Fixes: []lint.Fix{{
					Message: fmt.Sprintf("add %s to policyTypes", d.Type()),
					Ops:     []lint.Op{setPolicyTypes(p, graph.Ingress, graph.Egress)},
				}},
			}
			src, dst := between(subjectOf(p), internet, d)
			diagnostic.Message += still(prove(pass, &diagnostic, src, dst, true, connset.All))
			pass.Report(diagnostic)
		}
	}
	return nil, nil
}

var policyTypes = manifest.Field("spec", "policyTypes")

// knownTypes reports whether all policyTypes are words of the API, in whatever
// case.
func knownTypes(p *graph.Policy) bool {
	for _, t := range p.Object.Value.At(policyTypes).Items() {
		known := slices.ContainsFunc(graph.Directions[:], func(d graph.Direction) bool {
			return strings.EqualFold(t.Text(), d.Type())
		})
		if !known {
			return false
		}
	}
	return true
}
