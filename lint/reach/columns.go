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
	// ingress are the rows of destinations, of which few are needed at a time.
	ingress *rows
	groups  []*group
	sources []sourceRun
	unwont  []unusual // sorted by where they begin

	mu     sync.Mutex
	usual  map[*receiver]*usual
	egress map[answerOf]Verdict
}

// group is the classes that share an effect for egress.
type group struct {
	*row
	number  int
	sources connset.Intervals
}

// sourceRun is classes in a row that are of one group.
type sourceRun struct {
	connset.Interval
	group *group
}

// unusual is a range of destinations for which a group has another answer than
// for most: that of an index of its row.
type unusual struct {
	connset.Interval
	group *group
	index int
}

// answerOf is an answer of a row that depends on the receiver.
type answerOf struct {
	row      *row
	index    int
	receiver *receiver
}

func newColumns(e *Engine) *columns {
	pods := connset.Interval{To: e.universe.firstAtom()}
	c := &columns{engine: e, ingress: newRows(e, pods), usual: map[*receiver]*usual{}, egress: map[answerOf]Verdict{}}
	c.ingress.most = 1 << 20
	byEffect := map[*effect]*group{}
	for i, f := range e.effects[graph.Egress] {
		g := byEffect[f]
		if g == nil {
			g = &group{number: len(c.groups)}
			byEffect[f] = g
			c.groups = append(c.groups, g)
			evaluate := func(h hits) Verdict { return f.evaluateHits(h, nil) }
			if !f.bound {
				evaluate = nil
			}
			g.row = newRow(f, e.exempt, pods, evaluate)
		}
		if n := len(c.sources); n > 0 && c.sources[n-1].group == g {
			c.sources[n-1].To++
		} else {
			c.sources = append(c.sources, sourceRun{connset.Interval{From: uint32(i), To: uint32(i) + 1}, g})
		}
		g.sources = appendNumber(g.sources, uint32(i))
	}
	for _, g := range c.groups {
		for i, peers := range g.peers {
			if i != g.row.usual {
				for _, in := range peers {
					c.unwont = append(c.unwont, unusual{in, g, i})
				}
			}
		}
	}
	slices.SortStableFunc(c.unwont, func(a, b unusual) int { return cmp.Compare(a.From, b.From) })
	return c
}

// answer returns an answer of a row for a receiver.
func (c *columns) answer(r *row, index int, receiver *receiver) Verdict {
	if r.hits == nil {
		return r.verdicts[index]
	}
	key := answerOf{r, index, receiver}
	c.mu.Lock()
	v, known := c.egress[key]
	c.mu.Unlock()
	if !known {
		v = r.effect.evaluateHits(r.hits[index], receiver)
		c.mu.Lock()
		c.egress[key] = v
		c.mu.Unlock()
	}
	return v
}

// each calls visit for every destination class with the sources that may reach
// it, on all cores: visit runs for several destinations at the same time, and
// keeps nothing of the sources.
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
	var memory splits
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
		visit(d, c.column(d, active, sources, &memory))
	}
}

// column returns the sources that may reach a destination.
func (c *columns) column(d uint32, active []unusual, unwont connset.Intervals, memory *splits) []Cell {
	receiver := c.engine.universe.classes[d].receiver
	usual := c.usually(receiver)
	var b cellBuilder
	ingress := c.ingress.of(c.engine.effects[graph.Ingress][d], receiver)
	for i, in := range ingress.verdicts {
		if in.May.Empty() {
			continue
		}
		for _, x := range active {
			if sources := x.group.sources.Intersect(ingress.peers[i]); !sources.Empty() {
				b.add(sources, in.both(c.answer(x.group.row, x.index, receiver)))
			}
		}
		parts := memory.parts(i, len(usual.verdicts))
		usual.split(ingress.peers[i].Minus(unwont), parts)
		for i, sources := range parts {
			if !sources.Empty() {
				b.add(sources, in.both(usual.verdicts[i]))
			}
		}
	}
	return b.cells()
}
