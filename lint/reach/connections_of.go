package reach

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// ConnectionsOf returns the connections among [Engine.Connections] that have a
// workload at one end, in the same order, at the cost of that workload alone.
func (e *Engine) ConnectionsOf(w *graph.Workload) []Connection {
	own := e.universe.of[w]
	var all []Connection
	for i := range e.universe.classes {
		others := slices.DeleteFunc(slices.Clone(e.universe.classes[i].workloads), func(o *graph.Workload) bool { return o == w })
		if len(others) == 0 {
			continue
		}
		from, to := e.Allowed(Workload(w), Workload(others[0])), e.Allowed(Workload(others[0]), Workload(w))
		for _, other := range others {
			all = append(all, Connection{Workload(w), Workload(other), from}, Connection{Workload(other), Workload(w), to})
		}
	}
	all = append(all, e.outside(e.outsideRows(), own)...)
	all = append(all, e.fromControllers()...)
	all = slices.DeleteFunc(all, func(c Connection) bool {
		return c.May.Empty() || c.Source.workload != w && c.Destination.workload != w
	})
	e.sort(all)
	return all
}
