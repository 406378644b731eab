package reach

import (
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// row is an effect seen from all peers at once: the universe, cut where the
// answer of some rule changes.
type row struct {
	cells []rowCell // sorted, covering the universe
	hits  []hits
	peers []connset.Intervals // by index of hits, who has them
	// usual is the hits that most peers have.
	usual int
}

// rowCell is a range of peers that the same rules match.
type rowCell struct {
	connset.Interval
	hits int
}

// hits is how far the rules of an effect match a peer: a graph.Truth for each,
// in their order, and at the end whether the peer is exempt.
type hits string

func (h hits) exempt() bool { return graph.Truth(h[len(h)-1]) != graph.No }

// rows holds the rows of effects, and their verdicts, as they are asked for.
type rows struct {
	engine *Engine
	peers  uint32 // whose numbers are below are looked at
	most   int    // how many are kept; 0 for all

	mu       sync.Mutex
	known    map[*effect]*row
	verdicts map[verdictKey]Verdict
}

type verdictKey struct {
	effect   *effect
	hits     int
	receiver *receiver
}

func newRows(e *Engine, peers uint32) *rows {
	return &rows{engine: e, peers: peers, known: map[*effect]*row{}, verdicts: map[verdictKey]Verdict{}}
}

// of returns the row of an effect.
func (rs *rows) of(f *effect) *row {
	rs.mu.Lock()
	r := rs.known[f]
	rs.mu.Unlock()
	if r == nil {
		r = newRow(f, rs.engine.exempt, rs.peers)
		rs.mu.Lock()
		if rs.most > 0 && len(rs.known) >= rs.most {
			clear(rs.known)
			clear(rs.verdicts)
		}
		rs.known[f] = r
		rs.mu.Unlock()
	}
	return r
}

// verdict returns what an effect says of the peers with some hits.
func (rs *rows) verdict(f *effect, n int, receiver *receiver) Verdict {
	key := verdictKey{f, n, receiver}
	rs.mu.Lock()
	v, known := rs.verdicts[key]
	rs.mu.Unlock()
	if known {
		return v
	}
	h := rs.of(f).hits[n]
	v = f.evaluate(&question{
		truth:    func(r *rule) graph.Truth { return graph.Truth(h[f.place(r)]) },
		receiver: receiver, exempt: h.exempt(),
	})
	rs.mu.Lock()
	rs.verdicts[key] = v
	rs.mu.Unlock()
	return v
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

func newRow(f *effect, exempt *rule, peers uint32) *row {
	rules := append(slices.Clip(f.rules), exempt)
	var edges []edge
	for i, r := range rules {
		for _, part := range [...]struct {
			in    connset.Intervals
			truth graph.Truth
		}{{r.peers.yes, graph.Yes}, {r.peers.maybe, graph.Maybe}} {
			for _, in := range part.in {
				if in.From >= peers {
					break
				}
				edges = append(edges, newEdge(in.From, i, part.truth), newEdge(min(in.To, peers), i, graph.No))
			}
		}
	}
	// A rule may cease to match in one way where it begins to in the other: No
	// sorts first.
	slices.Sort(edges)
	w := rowWriter{rules: rules, row: &row{}, now: make([]byte, len(rules)), index: map[string]int{}}
	from := uint32(0)
	for i := 0; i < len(edges); {
		at := edges[i].at()
		w.add(from, at)
		for ; i < len(edges) && edges[i].at() == at; i++ {
			w.now[edges[i].rule()] = edges[i].truth()
		}
		from = at
	}
	w.add(from, peers)
	w.row.findUsual()
	return w.row
}

type rowWriter struct {
	rules []*rule
	row   *row
	now   []byte // by rule, the truth at this peer
	index map[string]int
}

func (w *rowWriter) add(from, to uint32) {
	if from >= to {
		return
	}
	n, known := w.index[string(w.now)]
	if !known {
		n = len(w.row.hits)
		key := string(w.now)
		w.index[key] = n
		w.row.hits = append(w.row.hits, hits(key))
		w.row.peers = append(w.row.peers, nil)
	}
	w.row.peers[n] = extend(w.row.peers[n], connset.Interval{From: from, To: to})
	w.row.cells = append(w.row.cells, rowCell{connset.Interval{From: from, To: to}, n})
}

func (r *row) findUsual() {
	for n, peers := range r.peers {
		if peers.Count() > r.peers[r.usual].Count() {
			r.usual = n
		}
	}
}

// partition returns the peers among some by the verdict on them.
func (rs *rows) partition(f *effect, receiver *receiver, among connset.Interval) []Cell {
	r := rs.of(f)
	within := connset.Intervals{among}
	b := cellBuilder{index: map[Verdict]int{}}
	for n, peers := range r.peers {
		if peers = peers.Intersect(within); !peers.Empty() {
			b.add(peers, rs.verdict(f, n, receiver))
		}
	}
	return b.cells()
}

// extend adds an interval that begins behind all others to a set, in place.
func extend(s connset.Intervals, in connset.Interval) connset.Intervals {
	if k := len(s); k > 0 && s[k-1].To == in.From {
		s[k-1].To = in.To
		return s
	}
	return append(s, in)
}
