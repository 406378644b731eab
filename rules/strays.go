package rules

import (
	"github.com/nplint/nplint/lint/graph"
)

// strays tells which policies may belong to a namespace although they are found
// in another one: where it is not known which namespace one of the two is, they
// may be the same.
type strays struct{ all, symbolic tally }

// tally counts namespaces with policies. The bare ones hold no workload, so
// that their policies were written for pods that stand somewhere else.
type tally struct{ bare, accompanied int }

func newStrays(g *graph.Graph) strays {
	var s strays
	for _, n := range g.Namespaces {
		s.all.add(n, 1)
		if n.Symbolic() {
			s.symbolic.add(n, 1)
		}
	}
	return s
}

func (t *tally) add(n *graph.Namespace, times int) {
	switch {
	case len(n.Policies)+len(n.Unmodelled) == 0:
	case len(n.Workloads) == 0:
		t.bare += times
	default:
		t.accompanied += times
	}
}

// of counts the other namespaces whose policies may belong to n.
func (s strays) of(n *graph.Namespace) tally {
	if !n.Symbolic() {
		return s.symbolic
	}
	others := s.all
	others.add(n, -1)
	return others
}

// any reports whether there are policies elsewhere that may belong to n.
func (s strays) any(n *graph.Namespace) bool { return s.of(n) != tally{} }
