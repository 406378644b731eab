package reach

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
)

// Cell is peers that share a verdict.
type Cell struct {
	Peers connset.Intervals
	Verdict
}

// cellBuilder puts together the sources of each verdict.
// Whom nothing may be allowed is left out.
type cellBuilder struct {
	verdicts numbering[Verdict]
	parts    [][]connset.Intervals
}

func (b *cellBuilder) add(sources connset.Intervals, v Verdict) {
	if v.May.Empty() {
		return
	}
	i := b.verdicts.of(v)
	if i == len(b.parts) {
		b.parts = append(b.parts, nil)
	}
	b.parts[i] = append(b.parts[i], sources)
}

func (b *cellBuilder) cells() []Cell {
	cells := make([]Cell, len(b.parts))
	for i, parts := range b.parts {
		cells[i] = Cell{connset.UnionAll(parts...), b.verdicts.list[i]}
	}
	return cells
}

// few is how many values are searched as fast as one is looked up in a map.
const few = 16

// numbering numbers different values in the order in which they come.
type numbering[T comparable] struct {
	list  []T
	index map[T]int // where they are many
}

func (n *numbering[T]) of(value T) int {
	if n.index == nil {
		if i := slices.Index(n.list, value); i >= 0 {
			return i
		}
	} else if i, known := n.index[value]; known {
		return i
	}
	i := len(n.list)
	n.list = append(n.list, value)
	if len(n.list) == few {
		n.index = make(map[T]int, 2*few)
		for i, v := range n.list {
			n.index[v] = i
		}
	} else if n.index != nil {
		n.index[value] = i
	}
	return i
}
