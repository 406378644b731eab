package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var redundantPolicy = &lint.Rule{
	Name: "redundant-policy",
	Doc: `policy that another one of the namespace implies

A policy adds nothing if another one for the same pods, or for more, isolates them
in the same directions and allows all that it allows. Such copies remain when
policies are merged or generated, and whoever removes the wrong one later wonders
why nothing changes. The comparison holds for whatever pods there may be.

Not checked: what several policies imply together; policies that allow nothing,
such as a default deny, which are there to stay when others go; policies beside one
that allows everything, which is a finding of its own.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Info,
	Tags:     []string{"redundancy"},
	Run:      runRedundantPolicy,
}

func runRedundantPolicy(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		subjects := indexSubjects(n.Policies)
		var ports *portIndex
		if len(n.Policies) > fewPolicies {
			ports = indexPorts(n.Policies)
		}
		order := map[*graph.Policy]int{}
		for i, p := range n.Policies {
			order[p] = i
		}
		for _, p := range n.Policies {
			if countRules(p) == 0 || countRules(p) > mostCompared || ineffectiveSide(p) {
				continue
			}
			wider := subjects.containing(p)
			if some, ok := ports.allowing(p, subjects.candidates(p)); ok {
				wider = slices.Values(subjects.containingAmong(p, some))
			}
			for q := range wider {
				if q.Name == p.Name || !policyWithin(p, q) || order[q] > order[p] && q.Subject.Implies(p.Subject) && policyWithin(q, p) {
					continue
				}
				pass.Report(lint.Diagnostic{
					Object: p.Object, Path: metadataName,
					Message: fmt.Sprintf("%s isolates and allows nothing that %s does not, for the same pods, so it has no effect", p, q),
					Related: []lint.Related{{Object: q.Object, Path: metadataName, Message: "does the same or more"}},
				})
				break
			}
		}
	}
	return nil, nil
}

// fewPolicies are compared sooner than they are put into an index.
const fewPolicies = 32

func countRules(p *graph.Policy) int {
	return len(p.Side(graph.Ingress).Rules) + len(p.Side(graph.Egress).Rules)
}

// policyWithin reports whether a policy isolates and allows no more than another
// one that selects its pods too.
func policyWithin(p, q *graph.Policy) bool {
	for _, d := range graph.Directions {
		side, other := p.Side(d), q.Side(d)
		if !side.Isolates {
			continue
		}
		if !other.Isolates || len(other.Rules) > mostCompared {
			return false
		}
		for _, r := range side.Rules {
			if !slices.ContainsFunc(other.Rules, func(s *graph.PolicyRule) bool { return ruleWithin(p.Namespace, r, s) }) {
				return false
			}
		}
		if allowsAll(q, d) != nil {
			return false
		}
	}
	return true
}
