package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// deciding is a rule of the admin or the baseline tier as the others see it
// that may decide before or after it.
type deciding struct {
	policy *graph.Policy
	rule   *graph.PolicyRule
	ports  connset.Set
	names  []string // of named ports, which hold for every protocol
}

// adminRules are the rules of each policy and direction, compiled once.
type adminRules map[policySide][]*deciding

type policySide struct {
	policy *graph.Policy
	d      graph.Direction
}

func (a adminRules) of(p *graph.Policy, d graph.Direction) []*deciding {
	side := policySide{p, d}
	rules, known := a[side]
	if !known {
		rules = decidingRules(p, d)
		a[side] = rules
	}
	return rules
}

// decidingRules returns the rules of a policy in a direction, without those that
// the API server refuses.
func decidingRules(p *graph.Policy, d graph.Direction) []*deciding {
	if p.SubjectNamespaces.Invalid {
		return nil
	}
	var all []*deciding
	for _, r := range p.Side(d).Rules {
		if r.Invalid || slices.ContainsFunc(r.Peers, func(peer *graph.Peer) bool { return peer.Invalid }) {
			continue
		}
		one := &deciding{policy: p, rule: r}
		if r.AllPorts {
			one.ports = connset.All
		}
		for _, port := range r.Ports {
			if port.Invalid {
				continue
			}
			if port.Name != "" {
				one.names = append(one.names, port.Name)
			} else if protocol, ok := connset.ParseProtocol(string(port.Protocol)); ok {
				one.ports = one.ports.Union(connset.PortRange(protocol, port.From, port.To))
			}
		}
		all = append(all, one)
	}
	return all
}

// precedes reports whether a policy decides before another one for sure: it is of
// the same API and tier, and has a lower number as its priority.
func precedes(p, q *graph.Policy) bool {
	return sameTier(p, q) && p.Priority < q.Priority
}

// sameTier reports whether the priorities of two policies can be compared.
func sameTier(p, q *graph.Policy) bool {
	return p.Tier == q.Tier && (p.Object.ID.Kind == "ClusterNetworkPolicy") == (q.Object.ID.Kind == "ClusterNetworkPolicy")
}

// subjectWithin reports whether every pod that is a subject of p is one of q.
func subjectWithin(p, q *graph.Policy) bool {
	return !p.SubjectNamespaces.Invalid && !q.SubjectNamespaces.Invalid && !p.Subject.Invalid && !q.Subject.Invalid &&
		p.SubjectNamespaces.Implies(*q.SubjectNamespaces) && p.Subject.Implies(q.Subject)
}

// adminPeerWithin reports whether a peer of an admin or baseline rule matches
// nothing that another one does not.
func adminPeerWithin(p, q *graph.Peer) bool {
	switch {
	case p.Invalid || q.Invalid || p.Relative || q.Relative:
		return false
	case p.OfPods():
		return q.OfPods() && selectorWithin(*p.Namespaces, *q.Namespaces) && selectorWithin(p.PodSelector(), q.PodSelector())
	case p.Nodes != nil:
		return q.Nodes != nil && selectorWithin(*p.Nodes, *q.Nodes)
	case len(p.Networks) > 0:
		return connset.AddressesOf(q.Networks...).Contains(connset.AddressesOf(p.Networks...))
	}
	return len(p.Domains) > 0 && !slices.ContainsFunc(p.Domains, func(name string) bool { return !slices.Contains(q.Domains, name) })
}

func selectorWithin(p, q graph.Selector) bool { return !p.Invalid && !q.Invalid && p.Implies(q) }

// matches reports whether one of the rule's peers matches all that a peer does.
func (r *deciding) matches(peer *graph.Peer) bool {
	return slices.ContainsFunc(r.rule.Peers, func(q *graph.Peer) bool { return adminPeerWithin(peer, q) })
}

// actionName writes an action as the policy's API does.
func actionName(p *graph.Policy, a graph.Action) string {
	if a == graph.Allow && p.Object.ID.Kind == "ClusterNetworkPolicy" {
		return "Accept"
	}
	return [...]string{"Allow", "Deny", "Pass"}[a]
}

// ruleName writes a rule as messages name it.
func ruleName(r *graph.PolicyRule) string {
	if r.Name != "" {
		return "rule " + r.Name
	}
	return r.Path[1:].String()
}

// tierName writes a tier as messages name it.
func tierName(t graph.Tier) string {
	return map[graph.Tier]string{graph.TierAdmin: "admin", graph.TierBaseline: "baseline"}[t]
}
