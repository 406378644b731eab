package reach

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// columns computes, one destination after the other, from which classes it may
// be reached. Nothing of the size of all pairs is ever kept.
//
// Most sources have one usual answer for almost all destinations: what is not
// isolated reaches everything, what is isolated a few others. So the usual
// answers are put together once, and each destination only looks at the
// sources that have an unusual one for it.
type columns struct {
	engine *Engine
	rows   *rows // of egress
	// ingress are those of destinations, of which few are needed at a time.
	ingress *rows
	groups  []*group
	unwont  []unusual // sorted by where they begin

	mu    sync.Mutex
	usual map[*receiver][]Cell
}

// group is the classes that share an effect for egress.
type group struct {
	effect  *effect
	sources connset.Intervals
}

// unusual is a range of destinations for which a group has another answer than
// for most.
type unusual struct {
	connset.Interval
	group *group
	hits  int
}

func newColumns(e *Engine) *columns {
	pods := e.universe.firstAtom()
	c := &columns{engine: e, rows: newRows(e, pods), ingress: newRows(e, pods), usual: map[*receiver][]Cell{}}
	c.ingress.most = 1000
	byEffect := map[*effect]*group{}
	for i, f := range e.effects[graph.Egress] {
		g := byEffect[f]
		if g == nil {
			g = &group{effect: f}
			byEffect[f] = g
			c.groups = append(c.groups, g)
		}
		g.sources = appendNumber(g.sources, uint32(i))
	}
	for _, g := range c.groups {
		r := c.rows.of(g.effect)
		for _, cell := range r.cells {
			if cell.hits != r.usual {
				c.unwont = append(c.unwont, unusual{cell.Interval, g, cell.hits})
			}
		}
	}
	slices.SortStableFunc(c.unwont, func(a, b unusual) int { return cmp.Compare(a.From, b.From) })
	return c
}

// usualCells returns all sources by their usual answer for a receiver.
func (c *columns) usualCells(receiver *receiver) []Cell {
	c.mu.Lock()
	defer c.mu.Unlock()
	cells, known := c.usual[receiver]
	if known {
		return cells
	}
	index := map[Verdict]int{}
	var parts [][]connset.Intervals
	for _, g := range c.groups {
		v := c.rows.verdict(g.effect, c.rows.of(g.effect).usual, receiver)
		i, known := index[v]
		if !known {
			i = len(cells)
			index[v] = i
			cells, parts = append(cells, Cell{Verdict: v}), append(parts, nil)
		}
		parts[i] = append(parts[i], g.sources)
	}
	for i := range cells {
		cells[i].Peers = connset.UnionAll(parts[i]...)
	}
	c.usual[receiver] = cells
	return cells
}

// each calls visit for every destination class with the sources that may reach
// it, on all cores: visit runs for several destinations at the same time.
func (c *columns) each(ctx context.Context, visit func(destination uint32, sources []Cell)) error {
	pods := c.engine.universe.firstAtom()
	workers := uint32(runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for w := range workers {
		from, to := pods*w/workers, pods*(w+1)/workers
		wg.Go(func() { c.sweep(ctx, connset.Interval{From: from, To: to}, visit) })
	}
	wg.Wait()
	return ctx.Err()
}

// sweep visits a range of destinations in order, with the unusual answers that
// hold at each.
func (c *columns) sweep(ctx context.Context, over connset.Interval, visit func(uint32, []Cell)) {
	var active []unusual
	var sources connset.Intervals // of all that are active
	next := 0
	for d := over.From; d < over.To && ctx.Err() == nil; d++ {
		before := len(active)
		active = slices.DeleteFunc(active, func(u unusual) bool { return u.To <= d })
		changed := len(active) != before
		for ; next < len(c.unwont) && c.unwont[next].From <= d; next++ {
			if c.unwont[next].To > d {
				active, changed = append(active, c.unwont[next]), true
			}
		}
		if changed {
			parts := make([]connset.Intervals, len(active))
			for i, u := range active {
				parts[i] = u.group.sources
			}
			sources = connset.UnionAll(parts...)
		}
		visit(d, c.column(d, active, sources))
	}
}

// column returns the sources that may reach a destination.
func (c *columns) column(d uint32, active []unusual, unwont connset.Intervals) []Cell {
	u := c.engine.universe
	receiver := u.classes[d].receiver
	b := cellBuilder{index: map[Verdict]int{}}
	for _, in := range c.ingress.partition(c.engine.effects[graph.Ingress][d], receiver, connset.Interval{To: u.firstAtom()}) {
		for _, x := range active {
			if sources := x.group.sources.Intersect(in.Peers); !sources.Empty() {
				b.add(sources, in.both(c.rows.verdict(x.group.effect, x.hits, receiver)))
			}
		}
		rest := in.Peers.Minus(unwont)
		for _, usual := range c.usualCells(receiver) {
			if sources := rest.Intersect(usual.Peers); !sources.Empty() {
				b.add(sources, in.both(usual.Verdict))
			}
		}
	}
	return b.cells()
}
