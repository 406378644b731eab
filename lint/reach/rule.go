package reach

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// rule is a policy rule as the engine evaluates it.
type rule struct {
	policy *graph.Policy
	source *graph.PolicyRule
	action graph.Action
	ports  connset.Symbolic
	peers  match
}

// match is what peers match: whom surely, and whom they may match beside.
type match struct{ yes, maybe connset.Intervals }

func (m match) of(n uint32) graph.Truth {
	switch {
	case m.yes.Has(n):
		return graph.Yes
	case m.maybe.Has(n):
		return graph.Maybe
	}
	return graph.No
}

func (m match) union(n match) match {
	yes := m.yes.Union(n.yes)
	return match{yes: yes, maybe: m.maybe.Union(n.maybe).Minus(yes)}
}

// unionMatches returns what any of the parts matches.
func unionMatches(parts []match) match {
	if len(parts) == 1 {
		return parts[0]
	}
	yes, maybe := make([]connset.Intervals, len(parts)), make([]connset.Intervals, len(parts))
	for i, m := range parts {
		yes[i], maybe[i] = m.yes, m.maybe
	}
	all := connset.UnionAll(yes...)
	return match{yes: all, maybe: connset.UnionAll(maybe...).Minus(all)}
}

// compiler turns the peers of policies into sets of numbers, each selector once.
type compiler struct {
	graph    *graph.Graph
	universe *universe
	profile  profile
	podCIDRs connset.Addresses

	namespaces map[string]match // of namespaceSelectors, as classes
	pods       map[string]match // of pairs of selectors
	compiled   map[policySide][]*rule

	controllers connset.Intervals // once asked for
}

// policySide is one direction of a policy.
type policySide struct {
	policy *graph.Policy
	d      graph.Direction
}

// all compiles every direction of every policy that does something there.
func (c *compiler) all() {
	for _, policies := range [...][]*graph.Policy{c.graph.Policies, c.graph.Admin} {
		for _, p := range policies {
			for _, d := range graph.Directions {
				if p.Tier != graph.TierNetworkPolicy || p.Side(d).Isolates {
					c.compiled[policySide{p, d}] = c.side(p, d)
				}
			}
		}
	}
}

// side compiles the rules of one direction of a policy. Those of the admin and
// baseline tiers keep their order.
func (c *compiler) side(p *graph.Policy, d graph.Direction) []*rule {
	var rules []*rule
	for _, r := range p.Side(d).Rules {
		compiled := &rule{policy: p, source: r, action: r.Action, ports: symbolicPorts(r)}
		if r.Invalid {
			continue
		}
		compiled.peers = c.peersOf(compiled)
		rules = append(rules, compiled)
		if p.Tier == graph.TierNetworkPolicy && slices.ContainsFunc(r.Ports, func(port graph.PolicyPort) bool { return port.Invalid }) {
			// Which port is meant is anybody's guess.
			rules = append(rules, &rule{
				policy: p, source: r, action: r.Action,
				ports: connset.Symbolic{Set: connset.All}, peers: match{maybe: compiled.peers.all()},
			})
		}
	}
	return rules
}

// peersOf returns whom a rule matches. Where a rule of the admin or baseline
// tier has a peer that nobody knows, it changes the rule so that it opens
// nothing.
func (c *compiler) peersOf(r *rule) match {
	switch {
	case r.source.AllPeers:
		return match{yes: connset.Span(0, c.universe.size())}
	case r.policy.Tier == graph.TierNetworkPolicy:
		return c.networkPolicyPeers(r.policy, r.source)
	}
	c.adminPeers(r)
	return r.peers
}

func (c *compiler) networkPolicyPeers(p *graph.Policy, r *graph.PolicyRule) match {
	var parts []match
	var blocks []connset.Addresses
	for _, peer := range r.Peers {
		switch {
		case peer.Invalid:
			parts = append(parts, match{maybe: connset.Span(0, c.universe.size())}) // whoever is meant
		case peer.Block != nil:
			blocks = append(blocks, addressesOf(peer))
		default:
			parts = append(parts, c.podPeer(p, peer))
		}
	}
	if a := connset.UnionAddresses(blocks...); !a.Empty() {
		parts = append(parts, c.inBlocks(a))
	}
	return unionMatches(parts)
}

// inBlocks returns whom the ipBlocks of a rule match.
func (c *compiler) inBlocks(a connset.Addresses) match {
	// What address a node has, or an unknown controller, is anybody's guess.
	outsiders := c.controller()
	if c.profile.blocksMatchPods != graph.No {
		outsiders = c.universe.host.Union(connset.Span(c.universe.node(), c.universe.size()))
	}
	return c.podsIn(a, c.profile.blocksMatchPods).union(match{yes: c.universe.external(a), maybe: outsiders})
}

// podsIn returns the pods that ranges of addresses match.
func (c *compiler) podsIn(a connset.Addresses, matchPods graph.Truth) match {
	pods := c.universe.pods().Minus(c.universe.host).Minus(c.universe.known)
	known := c.knownIn(a)
	switch matchPods {
	case graph.No:
		return match{}
	case graph.Maybe:
		known = match{maybe: known.all()}
	}
	switch c.holdPods(a, matchPods) {
	case graph.Yes:
		return known.union(match{yes: pods})
	case graph.Maybe:
		return known.union(match{maybe: pods})
	}
	return known
}

// knownIn returns the pods of known addresses that ranges hold: those of one
// address, or both, and those of two of which it is open which is used.
func (c *compiler) knownIn(a connset.Addresses) match {
	if c.universe.known.Empty() {
		return match{}
	}
	within := c.universe.atoms.Of(a)
	var inside, outside []connset.Intervals
	for atom, classes := range c.universe.at {
		if within.Has(atom) {
			inside = append(inside, classes)
		} else {
			outside = append(outside, classes)
		}
	}
	in, out := connset.UnionAll(inside...), connset.UnionAll(outside...)
	return match{yes: in.Minus(out), maybe: in.Intersect(out)}
}

// holdPods answers whether ranges of addresses match a pod, where matchPods
// answers whether ranges match pods at all. The address of a pod is one of the
// cluster's ranges for pods, which may be any.
func (c *compiler) holdPods(a connset.Addresses, matchPods graph.Truth) graph.Truth {
	known := c.podCIDRs
	if known.Empty() {
		known = connset.AllAddresses
	}
	switch {
	case !a.Overlaps(known):
		return graph.No
	case !a.Contains(known):
		return min(matchPods, graph.Maybe)
	}
	return matchPods
}

// podPeer returns what a peer of a NetworkPolicy matches that selects pods.
// Pods on the host network may or may not be told from their node.
func (c *compiler) podPeer(p *graph.Policy, peer *graph.Peer) match {
	m := c.selected(p.Namespace, peer.Namespaces, peer.PodSelector())
	switch c.profile.hostPods {
	case graph.No:
		m.yes, m.maybe = m.yes.Minus(c.universe.host), m.maybe.Minus(c.universe.host)
	case graph.Maybe:
		host := m.yes.Intersect(c.universe.host)
		m.yes, m.maybe = m.yes.Minus(host), m.maybe.Union(host)
	}
	m.maybe = m.maybe.Union(c.controller())
	return m
}

func (c *compiler) controller() connset.Intervals {
	if c.controllers == nil {
		c.controllers = connset.Span(c.universe.controller(), c.universe.controller()+1)
	}
	return c.controllers
}

// adminPeers compiles the peers of a rule of the admin or baseline tier. Pods
// on the host network are no peers of pods; networks match pods by their
// address, and egress to nodes reaches the pods on their network (ClusterNetworkPolicy,
// fields networks and nodes).
func (c *compiler) adminPeers(r *rule) {
	var networks connset.Addresses
	for _, peer := range r.source.Peers {
		switch {
		case peer.Namespaces != nil:
			m := c.selected(nil, peer.Namespaces, peer.PodSelector())
			m.yes, m.maybe = m.yes.Minus(c.universe.host), m.maybe.Minus(c.universe.host)
			m.maybe = m.maybe.Union(c.controller())
			r.peers = r.peers.union(m)
		case peer.Nodes != nil:
			nodes := connset.Span(c.universe.node(), c.universe.node()+1).Union(c.universe.host)
			if peer.Nodes.Everything() {
				r.peers = r.peers.union(match{yes: nodes})
			} else {
				r.peers = r.peers.union(match{maybe: nodes})
			}
		case len(peer.Networks) > 0:
			networks = networks.Union(addressesOf(peer))
		case len(peer.Domains) > 0:
			r.peers = r.peers.union(match{maybe: c.universe.outside()})
		case r.action != graph.Allow:
			// A peer that nobody knows must not open anything.
			r.action = graph.Deny
			r.peers.yes = connset.Span(0, c.universe.size())
			r.ports = connset.Symbolic{Set: connset.All}
		}
	}
	if networks.Empty() {
		return
	}
	outsiders := c.universe.host.Union(connset.Span(c.universe.node(), c.universe.size()))
	r.peers = r.peers.union(match{yes: c.universe.external(networks), maybe: outsiders})
	r.peers = r.peers.union(c.podsIn(networks, graph.Yes))
}

// selected returns the classes that a pair of selectors matches. Without a
// namespaceSelector they are of the policy's own namespace.
func (c *compiler) selected(own *graph.Namespace, namespaces *graph.Selector, pods graph.Selector) match {
	within := match{}
	key := pods.String()
	if namespaces == nil {
		i := c.universe.namespaces[own]
		within.yes = connset.Span(i.From, i.To)
		key += "\x00" + own.Root + "\x00" + own.Name
	} else {
		within = c.inNamespaces(*namespaces)
		key += "\x01" + namespaces.String()
	}
	if pods.Everything() {
		return within
	}
	if pods.Invalid || namespaces != nil && namespaces.Invalid {
		return match{maybe: within.all()}
	}
	m, known := c.pods[key]
	if !known {
		yes := c.podsMatching(pods, within.yes)
		m = match{yes: yes.yes, maybe: yes.maybe.Union(c.podsMatching(pods, within.maybe).all())}
		c.pods[key] = m
	}
	return m
}

func (m match) all() connset.Intervals { return m.yes.Union(m.maybe) }

// inNamespaces returns the classes of the namespaces that a selector matches.
func (c *compiler) inNamespaces(s graph.Selector) match {
	if s.Everything() {
		return match{yes: c.universe.pods()}
	}
	if s.Invalid {
		return match{maybe: c.universe.pods()}
	}
	key := s.String()
	m, known := c.namespaces[key]
	if !known {
		certain, possible := c.graph.SelectNamespaces(s)
		m = match{yes: c.classesOf(certain), maybe: c.classesOf(possible)}
		c.namespaces[key] = m
	}
	return m
}

func (c *compiler) classesOf(namespaces []*graph.Namespace) connset.Intervals {
	all := make([]connset.Intervals, len(namespaces))
	for i, n := range namespaces {
		span := c.universe.namespaces[n]
		all[i] = connset.Span(span.From, span.To)
	}
	return connset.UnionAll(all...)
}

// podsMatching returns the classes among some that a selector matches.
func (c *compiler) podsMatching(s graph.Selector, among connset.Intervals) match {
	if s.Invalid || s.Unsatisfiable() || mentionsRuntime(s) {
		return c.podsMaybeMatching(s, among)
	}
	all := true
	for _, key := range s.Keys() {
		values, listed := s.Values(key)
		if !listed {
			all = false
			continue
		}
		parts := make([]connset.Intervals, len(values))
		for i, value := range values {
			if carriers := c.universe.postings[label{key, value}]; carriers != nil {
				parts[i] = among.Intersect(*carriers)
			}
		}
		among = connset.UnionAll(parts...)
	}
	if all {
		return match{yes: among}
	}
	var m match
	for _, in := range among {
		for n := in.From; n < in.To; n++ {
			if s.Matches(c.universe.classes[n].labels) {
				m.yes = appendNumber(m.yes, n)
			}
		}
	}
	return m
}

// podsMaybeMatching is podsMatching for a selector whose answer may be unknown.
func (c *compiler) podsMaybeMatching(s graph.Selector, among connset.Intervals) match {
	var m match
	for _, in := range among {
		for n := in.From; n < in.To; n++ {
			switch c.universe.classes[n].matches(s) {
			case graph.Yes:
				m.yes = appendNumber(m.yes, n)
			case graph.Maybe:
				m.maybe = appendNumber(m.maybe, n)
			}
		}
	}
	return m
}
