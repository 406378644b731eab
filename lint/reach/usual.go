package reach

import (
	"sort"

	"github.com/nplint/nplint/lint/connset"
)

// usual is all sources, in runs that share their usual answer for a receiver.
type usual struct {
	runs     []run
	verdicts []Verdict
}

type run struct {
	connset.Interval
	verdict int
}

// usually returns all sources by their usual answer for a receiver.
func (c *columns) usually(receiver *receiver) *usual {
	c.mu.Lock()
	u := c.usual[receiver]
	c.mu.Unlock()
	if u != nil {
		return u
	}
	u = &usual{}
	var verdicts numbering[Verdict]
	of := make([]int, len(c.groups))
	for i, g := range c.groups {
		of[i] = verdicts.of(c.answer(g.row, g.row.usual, receiver))
	}
	for _, s := range c.sources {
		verdict := of[s.group.number]
		if n := len(u.runs); n > 0 && u.runs[n-1].verdict == verdict {
			u.runs[n-1].To = s.To
		} else {
			u.runs = append(u.runs, run{s.Interval, verdict})
		}
	}
	u.verdicts = verdicts.list
	c.mu.Lock()
	c.usual[receiver] = u
	c.mu.Unlock()
	return u
}

// splits is the memory of what usual answers split sources into.
type splits [][]connset.Intervals

// parts returns the i-th split, with some empty parts.
func (s *splits) parts(i, n int) []connset.Intervals {
	for len(*s) <= i {
		*s = append(*s, nil)
	}
	for len((*s)[i]) < n {
		(*s)[i] = append((*s)[i], nil)
	}
	parts := (*s)[i][:n]
	for i := range parts {
		parts[i] = parts[i][:0]
	}
	return parts
}

// split adds sources to the parts of their usual verdicts.
func (u *usual) split(sources connset.Intervals, parts []connset.Intervals) {
	runs := u.runs
	for _, in := range sources {
		runs = runs[behind(runs, in.From):]
		for i := 0; in.From < in.To; i++ {
			to := min(in.To, runs[i].To)
			parts[runs[i].verdict] = extend(parts[runs[i].verdict], connset.Interval{From: in.From, To: to})
			in.From = to
		}
	}
}

// behind returns the index of the first run that ends behind a source, which it
// looks for near the beginning first.
func behind(runs []run, source uint32) int {
	step := 1
	for step < len(runs) && runs[step-1].To <= source {
		step *= 2
	}
	from := step / 2
	return from + sort.Search(min(step, len(runs))-from, func(i int) bool { return runs[from+i].To > source })
}
