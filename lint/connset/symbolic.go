package connset

import "slices"

// Name is a port that whoever receives the connection resolves by itself.
type Name struct {
	// Protocol is that of the port; AnyProtocol says that it does not matter.
	Protocol    Protocol
	AnyProtocol bool
	Name        string
}

// Symbolic is what a list of ports says before it is known who receives the
// connection: a set, and ports by name.
type Symbolic struct {
	Set   Set
	Names []Name
}

// Bound reports whether no name is left to be resolved.
func (s Symbolic) Bound() bool { return len(s.Names) == 0 }

// Bind returns the set for one receiver. A name that it does not know adds
// nothing.
func (s Symbolic) Bind(resolve func(Name) Set) Set {
	set := s.Set
	for _, n := range s.Names {
		set = set.Union(resolve(n))
	}
	return set
}

// Union returns what is in either.
func (s Symbolic) Union(t Symbolic) Symbolic {
	names := s.Names
	for _, n := range t.Names {
		if !slices.Contains(names, n) {
			names = append(slices.Clip(names), n)
		}
	}
	return Symbolic{Set: s.Set.Union(t.Set), Names: names}
}
