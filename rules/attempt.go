package rules

import (
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// attempts finds rules that were written to allow one side of a connection and do
// not because of a mistake, which is a finding of its own: that the connection
// stays denied only follows from it.
type attempts struct {
	pass *lint.Pass
	// strays are the policies that select no workload of the input, by their
	// namespace and by a label that they ask for.
	strays map[*graph.Namespace][]*graph.Policy
	pinned map[pin][]*graph.Policy
}

func newAttempts(pass *lint.Pass) attempts {
	a := attempts{pass: pass, strays: map[*graph.Namespace][]*graph.Policy{}, pinned: map[pin][]*graph.Policy{}}
	for _, p := range pass.Graph.Policies {
		if len(p.Workloads) > 0 {
			continue
		}
		a.strays[p.Namespace] = append(a.strays[p.Namespace], p)
		if label, found := firstPin(p.Subject); found {
			a.pinned[label] = append(a.pinned[label], p)
		}
	}
	return a
}

// made reports whether there is such a rule for connections of a workload with a
// peer, in one direction as the workload sees it.
func (a attempts) made(w *graph.Workload, d graph.Direction, peer *graph.Workload) bool {
	receiver := w
	if d == graph.Egress {
		receiver = peer
	}
	for _, p := range w.Policies {
		for _, r := range p.Side(d).Rules {
			matched := matchesPeer(p, r, peer)
			if matched && (!p.Side(d).Isolates || a.wrongPorts(r, receiver)) || !matched && a.means(p, r, peer) {
				return true
			}
		}
	}
	meant := func(p *graph.Policy) bool {
		return slices.ContainsFunc(p.Side(d).Rules, func(r *graph.PolicyRule) bool { return matchesPeer(p, r, peer) || a.means(p, r, peer) })
	}
	if slices.ContainsFunc(a.strays[w.Namespace], meant) {
		return true
	}
	for key, value := range w.Labels {
		if slices.ContainsFunc(a.pinned[pin{key, value}], func(p *graph.Policy) bool { return p.Subject.Matches(w.Labels) && meant(p) }) {
			return true
		}
	}
	return false
}

func matchesPeer(p *graph.Policy, r *graph.PolicyRule, peer *graph.Workload) bool {
	return r.AllPeers || slices.ContainsFunc(r.Peers, func(q *graph.Peer) bool { return p.Matches(q, peer) })
}

// means reports whether a rule has a peer that matches nothing and would match a
// workload in another namespace, or but for a slip.
func (a attempts) means(p *graph.Policy, r *graph.PolicyRule, w *graph.Workload) bool {
	return slices.ContainsFunc(r.Peers, func(q *graph.Peer) bool {
		if q.Pods == nil || q.Invalid || q.Pods.Everything() || len(a.pass.Graph.Match(p, q).Workloads) > 0 {
			return false
		}
		_, near := findNearMiss(*q.Pods, newLexicon([]*graph.Workload{w}))
		return near || q.Pods.Matches(w.Labels)
	})
}

// wrongPorts reports whether a rule opens no port that the receiver declares,
// while it declares some.
func (a attempts) wrongPorts(r *graph.PolicyRule, receiver *graph.Workload) bool {
	declared := declaredPorts(receiver)
	return !declared.Empty() && !declared.Overlaps(reach.Of(a.pass).Ports(r, reach.Workload(receiver)).May)
}
