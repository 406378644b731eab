package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// entrances are, by workload, what leads connections of some sources to its
// pods.
type entrances map[*graph.Workload][]*graph.Entry

func newEntrances(g *graph.Graph, sources ...graph.Source) entrances {
	all := entrances{}
	for _, e := range g.Entries {
		if !slices.Contains(sources, e.Source) {
			continue
		}
		for _, t := range e.Targets {
			if known := all[t.Workload]; len(known) == 0 || known[len(known)-1] != e {
				all[t.Workload] = append(known, e)
			}
		}
	}
	return all
}
