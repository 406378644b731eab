package reach

import (
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// row is an effect seen from many peers at once. They are told apart by the
// verdict on them where it is settled who receives the connections, else by
// which rules match them.
type row struct {
	effect   *effect
	verdicts []Verdict // by index
	hits     []hits    // by index, instead
	peers    []connset.Intervals
	// usual is the index of most peers.
	usual int
}

// hits is how far the rules of an effect match a peer: a graph.Truth for each,
// in their order, and at the end whether the peer is exempt.
type hits string

func (h hits) exempt() bool { return graph.Truth(h[len(h)-1]) != graph.No }

// evaluateHits returns what the effect says of peers with some hits.
func (e *effect) evaluateHits(h hits, receiver *receiver) Verdict {
	next := 0
	return e.evaluate(&question{
		truth: func(*rule) graph.Truth {
			next++
			return graph.Truth(h[next-1])
		},
		receiver: receiver, exempt: h.exempt(),
	})
}

// rows holds the rows of effects as they are asked for.
type rows struct {
	engine *Engine
	among  connset.Interval // the peers that are looked at
	most   int              // how many cells of rows are kept; 0 for all

	mu    sync.Mutex
	known map[rowKey]*row
	cells int // of the known ones
}

type rowKey struct {
	effect   *effect
	receiver *receiver
}

func newRows(e *Engine, among connset.Interval) *rows {
	return &rows{engine: e, among: among, known: map[rowKey]*row{}}
}

// of returns the row of an effect by the verdicts for a receiver.
func (rs *rows) of(f *effect, receiver *receiver) *row {
	key := rowKey{f, receiver}
	if f.bound {
		key.receiver = nil
	}
	rs.mu.Lock()
	r := rs.known[key]
	rs.mu.Unlock()
	if r != nil {
		return r
	}
	r = newRow(f, rs.engine.exempt, rs.among, func(h hits) Verdict { return f.evaluateHits(h, receiver) })
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.most > 0 && rs.cells >= rs.most {
		clear(rs.known)
		rs.cells = 0
	}
	rs.known[key] = r
	for _, peers := range r.peers {
		rs.cells += len(peers)
	}
	return r
}

// edge is where a rule begins or ceases to match: the peer, the rule and its
// truth from there on, in the bits of a number that sorts in this order.
type edge uint64

func newEdge(at uint32, rule int, truth graph.Truth) edge {
	return edge(at)<<32 | edge(rule)<<2 | edge(truth)
}

func (e edge) at() uint32   { return uint32(e >> 32) }
func (e edge) rule() int    { return int(uint32(e) >> 2) }
func (e edge) truth() uint8 { return uint8(e & 3) }

// rowWriter writes rows, one after the other in the same memory.
type rowWriter struct {
	edges []edge
	now   []byte    // by rule, the truth at this peer
	cells []rowCell // sorted
	found []hits
	index []int // of found, in the row
	many  map[hits]int

	verdicts numbering[Verdict]
}

// rowCell is a range of peers of one index.
type rowCell struct {
	connset.Interval
	index int
}

var rowWriters = sync.Pool{New: func() any { return &rowWriter{} }}

// newRow returns the row of an effect among some peers: by the verdicts of
// evaluate, or by hits where that is nil.
func newRow(f *effect, exempt *rule, among connset.Interval, evaluate func(hits) Verdict) *row {
	w := rowWriters.Get().(*rowWriter)
	defer rowWriters.Put(w)
	w.edges, w.cells, w.found, w.index, w.many = w.edges[:0], w.cells[:0], w.found[:0], w.index[:0], nil
	w.verdicts = numbering[Verdict]{}
	for i, r := range f.rules {
		w.rule(i, r, among)
	}
	w.rule(len(f.rules), exempt, among)
	// A rule may cease to match in one way where it begins to in the other: No
	// sorts first.
	slices.Sort(w.edges)
	w.now = append(w.now[:0], make([]byte, len(f.rules)+1)...)
	r := &row{effect: f}
	from := among.From
	for i := 0; i < len(w.edges); {
		at := w.edges[i].at()
		w.add(r, connset.Interval{From: from, To: at}, evaluate)
		for ; i < len(w.edges) && w.edges[i].at() == at; i++ {
			w.now[w.edges[i].rule()] = w.edges[i].truth()
		}
		from = at
	}
	w.add(r, connset.Interval{From: from, To: among.To}, evaluate)
	w.fill(r)
	return r
}

// rule notes where a rule begins and ceases to match.
func (w *rowWriter) rule(i int, r *rule, among connset.Interval) {
	for _, part := range [...]struct {
		in    connset.Intervals
		truth graph.Truth
	}{{r.peers.yes, graph.Yes}, {r.peers.maybe, graph.Maybe}} {
		for _, in := range part.in.Within(among) {
			w.edges = append(w.edges, newEdge(in.From, i, part.truth), newEdge(in.To, i, graph.No))
		}
	}
}

// add adds a range of peers with the hits of now.
func (w *rowWriter) add(r *row, in connset.Interval, evaluate func(hits) Verdict) {
	if in.From >= in.To {
		return
	}
	index := w.indexOf(r, evaluate)
	if n := len(w.cells); n > 0 && w.cells[n-1].index == index {
		w.cells[n-1].To = in.To
		return
	}
	w.cells = append(w.cells, rowCell{in, index})
}

// indexOf returns the index of the hits of now.
func (w *rowWriter) indexOf(r *row, evaluate func(hits) Verdict) int {
	if w.many == nil {
		for i, h := range w.found {
			if string(h) == string(w.now) {
				return w.index[i]
			}
		}
	} else if index, known := w.many[hits(w.now)]; known {
		return index
	}
	h := hits(w.now)
	index := len(r.hits)
	if evaluate == nil {
		r.hits = append(r.hits, h)
	} else {
		index = w.verdicts.of(evaluate(h))
		r.verdicts = w.verdicts.list
	}
	w.found, w.index = append(w.found, h), append(w.index, index)
	if len(w.found) == few {
		w.many = make(map[hits]int, 2*few)
		for i, h := range w.found {
			w.many[h] = w.index[i]
		}
	} else if w.many != nil {
		w.many[h] = index
	}
	return index
}

// fill gives the peers of all cells to the row.
func (w *rowWriter) fill(r *row) {
	type total struct{ cells, peers int }
	totals := make([]total, max(len(r.hits), len(r.verdicts)))
	for _, c := range w.cells {
		totals[c.index].cells++
		totals[c.index].peers += int(c.To - c.From)
	}
	memory := make(connset.Intervals, len(w.cells))
	r.peers = make([]connset.Intervals, len(totals))
	for i, t := range totals {
		r.peers[i], memory = memory[:0:t.cells], memory[t.cells:]
		if t.peers > totals[r.usual].peers {
			r.usual = i
		}
	}
	for _, c := range w.cells {
		r.peers[c.index] = append(r.peers[c.index], c.Interval)
	}
}

// extend adds an interval that begins behind all others to a set, in place.
func extend(s connset.Intervals, in connset.Interval) connset.Intervals {
	if k := len(s); k > 0 && s[k-1].To == in.From {
		s[k-1].To = in.To
		return s
	}
	return append(s, in)
}
