package rules

import (
	"encoding/binary"
	"slices"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// dnsGroup is pods that are isolated for egress by the same policies.
type dnsGroup struct {
	namespace *graph.Namespace
	// workloads is empty for the pods of a policy that selects no known one.
	workloads []*graph.Workload
	policies  []*graph.Policy
	access    dnsAccess
}

// subject writes the pods as messages name them.
func (g *dnsGroup) subject() string {
	switch subject := g.policies[0].Subject; {
	case len(g.workloads) > 0:
		return some(g.workloads)
	case subject.Everything():
		return "every pod of " + namespaceName(g.namespace)
	default:
		return "pods with " + subject.String()
	}
}

// pods returns one of the pods.
func (g *dnsGroup) pods() reach.Endpoint {
	if len(g.workloads) > 0 {
		return reach.Workload(g.workloads[0])
	}
	return subjectOf(g.policies[0])
}

// groups returns the pods of a namespace that are isolated for egress, known
// workloads first. Pods that resolve names for others, that Helm runs for a
// moment, or that share their node's network are left out.
func (r *dnsReader) groups(n *graph.Namespace) []*dnsGroup {
	var groups []*dnsGroup
	byPolicies := map[string]*dnsGroup{}
	index := make(map[*graph.Policy]uint64, len(n.Policies))
	for i, p := range n.Policies {
		index[p] = uint64(i)
	}
	var key []byte
	for _, w := range n.Workloads {
		if !isolatedFor(w, graph.Egress) || w.HostNetwork || w.Hook || servesDNS(r.options, w) {
			continue
		}
		key = key[:0]
		for _, p := range w.Policies {
			if p.Side(graph.Egress).Isolates {
				key = binary.AppendUvarint(key, index[p])
			}
		}
		g := byPolicies[string(key)]
		if g == nil {
			g = &dnsGroup{namespace: n, policies: w.Isolating(graph.Egress), access: r.shared(n)}
			for _, p := range g.policies {
				g.access = g.access.or(r.access[p])
			}
			byPolicies[string(key)] = g
			groups = append(groups, g)
		}
		g.workloads = append(g.workloads, w)
	}
	return append(groups, r.bare(n)...)
}

// bare returns a group for every policy that selects no known workload. What
// another policy admits for some of its pods counts for all of them.
func (r *dnsReader) bare(n *graph.Namespace) []*dnsGroup {
	var groups []*dnsGroup
	admitting := slices.DeleteFunc(slices.Clone(n.Policies), func(p *graph.Policy) bool { return r.access[p] == dnsAccess{} })
	for _, p := range n.Policies {
		if !p.Side(graph.Egress).Isolates || len(p.Workloads) > 0 || p.Subject.Unsatisfiable() || selectsResolver(p.Subject) {
			continue
		}
		g := &dnsGroup{namespace: n, policies: []*graph.Policy{p}, access: r.access[p].or(r.shared(n))}
		for _, q := range admitting {
			if p.Subject.Overlaps(q.Subject) {
				g.access = g.access.or(r.access[q])
			}
		}
		groups = append(groups, g)
	}
	return groups
}
