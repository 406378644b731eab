package rules

import (
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// ruleWithin reports whether a rule allows everything that another rule of the
// same namespace's policies does, whatever pods there may be.
func ruleWithin(n *graph.Namespace, r, s *graph.PolicyRule) bool {
	if !s.AllPorts && (r.AllPorts || !portsWithin(r.Ports, s.Ports)) {
		return false
	}
	if s.AllPeers || r.AllPeers {
		return s.AllPeers
	}
	return !slices.ContainsFunc(r.Peers, func(a *graph.Peer) bool {
		return !slices.ContainsFunc(s.Peers, func(b *graph.Peer) bool { return peerWithin(n, a, b) })
	})
}

// peerWithin reports whether whatever matches a peer matches another one. What
// the API server refuses, or what cannot match at all, is never within anything:
// it is a finding of its own.
func peerWithin(n *graph.Namespace, a, b *graph.Peer) bool {
	switch {
	case a.Invalid || b.Invalid || (a.Block == nil) != (b.Block == nil):
		return false
	case a.Block != nil:
		return blockAddresses(b.Block).Contains(blockAddresses(a.Block))
	}
	pods, wider := a.PodSelector(), b.PodSelector()
	if pods.Invalid || wider.Invalid || pods.Unsatisfiable() || !pods.Implies(wider) {
		return false
	}
	switch {
	case a.Namespaces == nil && b.Namespaces == nil:
		return true
	case a.Namespaces == nil:
		return n.Matches(*b.Namespaces) == graph.Yes
	case a.Namespaces.Invalid || a.Namespaces.Unsatisfiable():
		return false
	case b.Namespaces == nil:
		names, pinned := a.Namespaces.Values(graph.NameLabel)
		return pinned && !n.Symbolic() && slices.Equal(names, []string{n.Name})
	}
	return !b.Namespaces.Invalid && a.Namespaces.Implies(*b.Namespaces)
}

func blockAddresses(b *graph.IPBlock) connset.Addresses {
	return connset.AddressesOf(b.CIDR).Minus(connset.AddressesOf(b.Except...))
}

// portsWithin reports whether entries of ports open nothing that others do not,
// whoever resolves the names.
func portsWithin(ports, others []graph.PolicyPort) bool {
	if apart(ports, others) {
		return false
	}
	wider, known := portSet(others)
	return known && !slices.ContainsFunc(ports, func(p graph.PolicyPort) bool { return !portWithin(p, wider, others) })
}

// apart reports whether one of some entries of ports is a number that is none of
// others, which nearly all are that are compared.
func apart(ports, others []graph.PolicyPort) bool {
	return slices.ContainsFunc(ports, func(p graph.PolicyPort) bool {
		return single(p) && !slices.ContainsFunc(others, func(q graph.PolicyPort) bool { return q.Invalid || q.Matches(p.Protocol, p.From) })
	})
}

func portWithin(p graph.PolicyPort, wider connset.Set, others []graph.PolicyPort) bool {
	protocol, ok := connset.ParseProtocol(string(p.Protocol))
	switch {
	case p.Invalid || !ok:
		return false
	case p.Name == "":
		own, _ := portSet([]graph.PolicyPort{p})
		return wider.Contains(own)
	}
	return wider.Contains(connset.OfProtocol(protocol)) ||
		slices.ContainsFunc(others, func(q graph.PolicyPort) bool { return q.Name == p.Name && q.Protocol == p.Protocol })
}

// portSet returns what the numeric entries open; known is false where the API
// server refuses one.
func portSet(ports []graph.PolicyPort) (set connset.Set, known bool) {
	for _, p := range ports {
		protocol, ok := connset.ParseProtocol(string(p.Protocol))
		switch {
		case p.Invalid || !ok:
			return connset.Set{}, false
		case p.All:
			set = set.Union(connset.OfProtocol(protocol))
		case p.Name == "":
			set = set.Union(connset.PortRange(protocol, p.From, p.To))
		}
	}
	return set, true
}

// blocksByPrefix finds, among peers, the blocks that may hold another one.
type blocksByPrefix map[netip.Prefix][]int

func indexBlocks(peers []*graph.Peer) blocksByPrefix {
	index := blocksByPrefix{}
	for i, p := range peers {
		if p.Block != nil && !p.Invalid {
			index[p.Block.CIDR] = append(index[p.Block.CIDR], i)
		}
	}
	return index
}

// around returns the peers whose range holds that of a block, itself included.
func (index blocksByPrefix) around(b *graph.IPBlock) []int {
	var found []int
	for bits := 0; bits <= b.CIDR.Bits(); bits++ {
		if wider, err := b.CIDR.Addr().Prefix(bits); err == nil {
			found = append(found, index[wider]...)
		}
	}
	return found
}
