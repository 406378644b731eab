package reach

import "github.com/nplint/nplint/lint/connset"

// Cell is peers that share a verdict.
type Cell struct {
	Peers connset.Intervals
	Verdict
}

// cellBuilder puts together the sources of each verdict.
// Whom nothing may be allowed is left out.
type cellBuilder struct {
	index    map[Verdict]int
	verdicts []Verdict
	parts    [][]connset.Intervals
}

func (b *cellBuilder) add(sources connset.Intervals, v Verdict) {
	if v.May.Empty() {
		return
	}
	i, known := b.index[v]
	if !known {
		i = len(b.parts)
		b.index[v] = i
		b.verdicts, b.parts = append(b.verdicts, v), append(b.parts, nil)
	}
	b.parts[i] = append(b.parts[i], sources)
}

func (b *cellBuilder) cells() []Cell {
	cells := make([]Cell, len(b.parts))
	for i, parts := range b.parts {
		cells[i] = Cell{connset.UnionAll(parts...), b.verdicts[i]}
	}
	return cells
}
