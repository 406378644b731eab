package graph

import "slices"

// Match is what a peer of pods matches in the input.
type Match struct {
	// Namespaces are those that certainly match, Possible those that may,
	// because their labels are not in the input.
	Namespaces, Possible []*Namespace
	// Workloads are the matching workloads of Namespaces. Nobody changes the list.
	Workloads []*Workload
}

// Match returns what a peer of a policy matches, nothing where it is no pods. The
// answer is computed once.
func (g *Graph) Match(p *Policy, peer *Peer) *Match {
	g.mu.Lock()
	m := g.matches[peer]
	g.mu.Unlock()
	if m != nil {
		return m
	}
	m = &Match{}
	switch {
	case !peer.OfPods() || peer.Invalid:
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
	g.mu.Lock()
	g.matches[peer] = m
	g.mu.Unlock()
	return m
}

// SelectNamespaces returns the namespaces that a selector certainly matches
// and those that it may match.
func (g *Graph) SelectNamespaces(s Selector) (certain, possible []*Namespace) {
	candidates := g.Namespaces
	if names, listed := s.Values(NameLabel); listed {
		candidates = g.candidates(names)
	}
	for _, n := range candidates {
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
