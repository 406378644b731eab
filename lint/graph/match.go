package graph

import (
	"slices"
	"sync"
)

// Match is what a peer of pods matches in the input.
type Match struct {
	// Namespaces are those that certainly match, Possible those that may,
	// because their labels are not in the input.
	Namespaces, Possible []*Namespace
	// Workloads are the matching workloads of Namespaces. Nobody changes the list.
	Workloads []*Workload
}

// Match returns what a peer of a policy matches, nothing where it is no pods. The
// answer is computed once, and is the same one for peers that match alike.
func (g *Graph) Match(p *Policy, peer *Peer) *Match {
	g.mu.Lock()
	m := g.matches[peer]
	g.mu.Unlock()
	if m != nil {
		return m
	}
	if !peer.OfPods() || peer.Invalid {
		m = noMatch
	} else {
		var room [keyRoom]byte
		m = g.remember(appendPeerKey(room[:0], p.Namespace, peer), func() *Match { return g.match(p, peer) })
	}
	g.mu.Lock()
	g.matches[peer] = m
	g.mu.Unlock()
	return m
}

var noMatch = &Match{}

// MatchSubject returns what a NetworkPolicy selects, as the match of a peer that
// selects the same pods of its namespace.
func (g *Graph) MatchSubject(p *Policy) *Match {
	var room [keyRoom]byte
	return g.remember(appendPeerKey(room[:0], p.Namespace, &Peer{Pods: &p.Subject}), func() *Match {
		return &Match{Namespaces: []*Namespace{p.Namespace}, Workloads: p.Workloads}
	})
}

// Matches reports whether a peer of a policy matches a workload.
func (p *Policy) Matches(peer *Peer, w *Workload) bool {
	switch {
	case !peer.OfPods() || peer.Invalid || peer.Relative:
		return false
	case peer.Namespaces == nil && w.Namespace != p.Namespace, peer.Namespaces != nil && w.Namespace.Matches(*peer.Namespaces) != Yes:
		return false
	}
	return peer.PodSelector().Matches(w.Labels)
}

// answer is a match that is computed once.
type answer struct {
	once  sync.Once
	match *Match
}

// remember returns the match of a key and computes it where it is new.
func (g *Graph) remember(key []byte, compute func() *Match) *Match {
	g.mu.Lock()
	a := g.matchesOf[string(key)]
	if a == nil {
		a = &answer{}
		g.matchesOf[string(key)] = a
	}
	g.mu.Unlock()
	a.once.Do(func() { a.match = compute() })
	return a.match
}

func (g *Graph) match(p *Policy, peer *Peer) *Match {
	m := &Match{}
	switch {
	case peer.Relative:
		m.Possible = g.Namespaces
	case peer.Namespaces == nil:
		m.Namespaces = []*Namespace{p.Namespace}
	default:
		m.Namespaces, m.Possible = g.SelectNamespaces(*peer.Namespaces)
	}
	switch pods := peer.PodSelector(); {
	case len(m.Namespaces) == 1:
		m.Workloads = m.Namespaces[0].Select(pods)
	case len(m.Namespaces) == len(g.Namespaces) && pods.Everything():
		m.Workloads = slices.Clip(g.Workloads)
	default:
		for _, n := range m.Namespaces {
			m.Workloads = append(m.Workloads, n.Select(pods)...)
		}
	}
	return m
}

// Select returns the workloads of all namespaces that a selector matches, in the
// order of the graph. Nobody changes the list.
func (g *Graph) Select(s Selector) []*Workload {
	var room [keyRoom]byte
	return g.remember(s.appendKey(append(room[:0], 'w')), func() *Match {
		g.index.Do(func() { g.byLabel = indexLabels(g.Workloads) })
		return &Match{Workloads: filterWorkloads(narrow(g.Workloads, g.byLabel, s), s)}
	}).Workloads
}

// SelectNamespaces returns the namespaces that a selector certainly matches
// and those that it may match. Nobody changes the lists.
func (g *Graph) SelectNamespaces(s Selector) (certain, possible []*Namespace) {
	if names, listed := s.Values(NameLabel); listed {
		return matching(g.candidates(names), s)
	}
	var room [keyRoom]byte
	m := g.remember(s.appendKey(append(room[:0], 'n')), func() *Match {
		m := &Match{}
		m.Namespaces, m.Possible = matching(g.Namespaces, s)
		return m
	})
	return m.Namespaces, m.Possible
}

// matching returns those of some namespaces that a selector certainly matches
// and those that it may match.
func matching(namespaces []*Namespace, s Selector) (certain, possible []*Namespace) {
	for _, n := range namespaces {
		switch n.Matches(s) {
		case Yes:
			certain = append(certain, n)
		case Maybe:
			possible = append(possible, n)
		}
	}
	return certain, possible
}

// candidates returns the namespaces of some names and the symbolic ones, which
// may be any of them.
func (g *Graph) candidates(names []string) []*Namespace {
	var found []*Namespace
	for _, n := range g.Namespaces {
		if !n.Symbolic() {
			break // symbolic namespaces sort first
		}
		found = append(found, n)
	}
	for _, name := range names {
		if n := g.Namespace(name); n != nil {
			found = append(found, n)
		}
	}
	return found
}
