package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// admission is an ingress rule that admits a port of a workload's pods from its
// peers.
type admission struct {
	policy *graph.Policy
	rule   *graph.PolicyRule
}

// admissions returns the rules of NetworkPolicies that admit a target from
// somebody, in the order of the graph.
func admissions(t graph.Target) []admission {
	var all []admission
	for _, p := range t.Workload.Isolating(graph.Ingress) {
		for _, r := range p.Side(graph.Ingress).Rules {
			if admitsPort(r, t) {
				all = append(all, admission{p, r})
			}
		}
	}
	return all
}

// admitsPort reports whether an ingress rule lists the port of a target, by
// number or by a name that the target's containers give to it.
func admitsPort(r *graph.PolicyRule, t graph.Target) bool {
	return r.AllowsPort(t.Protocol, t.Port, "") || slices.ContainsFunc(t.Workload.Ports, func(p graph.Port) bool {
		return p.Name != "" && p.Number == t.Port && p.Protocol == t.Protocol && r.AllowsPort(t.Protocol, t.Port, p.Name)
	})
}

// isolatedFor reports whether a NetworkPolicy isolates a workload, whose pods
// have addresses of their own.
func isolatedFor(w *graph.Workload, d graph.Direction) bool {
	return !w.HostNetwork && w.Isolated(d)
}
