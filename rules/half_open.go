package rules

import (
	"reflect"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// halfOpen finds the peers that only one side of a connection allows, for all
// rules that would otherwise tell the same in other words.
var halfOpen = &lint.Rule{
	Name:     "half-open",
	Requires: []*lint.Rule{reach.Rule},
	Result:   reflect.TypeFor[*halfOpens](),
	Run:      func(pass *lint.Pass) (any, error) { return findHalfOpen(pass), nil },
}

func halfOpenOf(pass *lint.Pass) *halfOpens { return pass.ResultOf[halfOpen].(*halfOpens) }

// halfOpens is the peers that only one side allows, and the pairs of classes of
// workloads, source first, that they are about.
type halfOpens struct {
	peers []halfOpenPeer
	pairs map[[2]int]bool
}

// halfOpenPeer is a peer of a rule of which no workload answers.
type halfOpenPeer struct {
	policy *graph.Policy
	rule   *graph.PolicyRule
	peer   *graph.Peer
	// own are the policy's workloads, others those of the peer: the first of
	// each class.
	own, others []*graph.Workload
	// source and destination are one pair of them, and conn is a connection that
	// the rule allows in vain.
	source, destination *graph.Workload
	conn                connset.Conn
	certainty           lint.Certainty
}

// mostPairs bounds how many pairs of classes all peers are tried with. Beyond it
// nothing is known of a peer.
const mostPairs = 2_000_000

func findHalfOpen(pass *lint.Pass) *halfOpens {
	engine := reach.Of(pass)
	strays, tried, first := newStrays(pass.Graph), newAttempts(pass), firsts{engine, map[*graph.Match][]*graph.Workload{}}
	found := &halfOpens{pairs: map[[2]int]bool{}}
	left := mostPairs
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		h := halfOpenPeer{policy: p, rule: rule, peer: rule.Peers[i]}
		if h.peer.Invalid || p.Subject.Invalid || !h.closed(pass) || namesOnlyDNS(pass.Options, h.rule) {
			return
		}
		h.own = first.of(pass.Graph.MatchSubject(p))
		h.others = first.of(pass.Graph.Match(p, h.peer))
		if !h.unanswered(engine, &left) {
			return
		}
		if other, own := h.otherSide(); tried.made(other, 1-h.rule.Direction, own) {
			return
		}
		for _, w := range h.others {
			if !pass.Options.Complete && strays.any(w.Namespace) {
				h.certainty = lint.Possible
			}
		}
		found.peers = append(found.peers, h)
		for _, w := range h.own {
			for _, other := range h.others {
				src, dst := h.ends(w, other)
				found.pairs[[2]int{engine.Class(src), engine.Class(dst)}] = true
			}
		}
	})
	return found
}

// closed reports whether the workloads that the peer matches are the ones that
// it means. Whole namespaces that it does not name may be others.
func (h *halfOpenPeer) closed(pass *lint.Pass) bool {
	if h.peer.Local() || pass.Options.Complete {
		return true
	}
	if h.peer.Namespaces == nil || h.peer.Namespaces.Invalid {
		return false
	}
	if _, named := h.peer.Namespaces.Values(graph.NameLabel); named {
		return true
	}
	h.certainty = lint.Possible
	return !h.peer.PodSelector().Everything()
}

// firsts remembers the first workload of each class that a match has.
type firsts struct {
	engine *reach.Engine
	known  map[*graph.Match][]*graph.Workload
}

func (f firsts) of(m *graph.Match) []*graph.Workload {
	first, known := f.known[m]
	if !known {
		first = onePerClass(f.engine, m.Workloads)
		f.known[m] = first
	}
	return first
}

func onePerClass(engine *reach.Engine, workloads []*graph.Workload) []*graph.Workload {
	var first []*graph.Workload
	if len(workloads) == 1 && !outOfReach(workloads[0]) {
		return workloads[:1:1]
	}
	seen := map[int]bool{}
	for _, w := range workloads {
		if class := engine.Class(w); !outOfReach(w) && !seen[class] {
			seen[class] = true
			first = append(first, w)
		}
	}
	return first
}

// ends returns the source and the destination of a connection between one of the
// policy's workloads and one of the peer's.
func (h *halfOpenPeer) ends(own, other *graph.Workload) (src, dst *graph.Workload) {
	if h.rule.Direction == graph.Ingress {
		return other, own
	}
	return own, other
}

// unanswered reports whether the other side allows none of what the rule does,
// for no pair of workloads. Where the two sides speak of different ports, it is
// the egress rule that goes unanswered. Ports that no receiver declares while it
// declares others are another mistake. left is how many pairs may still be tried.
func (h *halfOpenPeer) unanswered(engine *reach.Engine, left *int) bool {
	for _, own := range h.own {
		for _, other := range h.others {
			if *left--; *left < 0 {
				return false
			}
			src, dst := h.ends(own, other)
			wanted := engine.Ports(h.rule, reach.Workload(dst)).May
			answer := engine.Side(reach.Workload(other), 1-h.rule.Direction, reach.Workload(own)).May
			if answer.Overlaps(wanted) || h.rule.Direction == graph.Ingress && !answer.Empty() {
				return false
			}
			if declared := declaredPorts(dst); own == other || wanted.Empty() || !declared.Empty() && !declared.Overlaps(wanted) {
				continue
			}
			if h.source == nil {
				h.source, h.destination, h.conn = src, dst, example(wanted, dst)
			}
		}
	}
	return h.source != nil
}

// otherSide returns the workload that does not answer, and the one that it does not
// answer.
func (h *halfOpenPeer) otherSide() (other, own *graph.Workload) {
	if h.rule.Direction == graph.Egress {
		return h.destination, h.source
	}
	return h.source, h.destination
}

// namesOnlyDNS reports whether a rule is for name resolution, for which there are
// rules of their own.
func namesOnlyDNS(options *lint.Options, r *graph.PolicyRule) bool {
	return !r.AllPorts && !slices.ContainsFunc(r.Ports, func(p graph.PolicyPort) bool { return !meansDNS(options, p) })
}

// blocker returns the policy that isolates the other side, the one for the fewest
// pods. There is one, or the connection would be allowed.
func (h *halfOpenPeer) blocker() *graph.Policy {
	blocked, _ := h.otherSide()
	isolating := blocked.Isolating(1 - h.rule.Direction)
	if len(isolating) == 0 {
		return nil // a policy of another tier denies it
	}
	return slices.MinFunc(isolating, func(p, q *graph.Policy) int { return len(p.Workloads) - len(q.Workloads) })
}
