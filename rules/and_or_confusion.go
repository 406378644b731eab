package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var andOrConfusion = &lint.Rule{
	Name: "and-or-confusion",
	Doc: `two peers where one with both selectors is meant

A namespaceSelector and a podSelector in one list item must both match. Written as
two items, either is enough: every pod of those namespaces is admitted, and
beside them the pods of the policy's own namespace that have the labels.

It is an error where the second peer matches nothing in its own namespace but
pods of the namespaces of the first, or carries a label of pods that live in a
namespace of their own in nearly every cluster; otherwise it is info, because the
two items may be meant. The error is only possible, and a warning, where the input
holds no workload of the policy's namespace or does not say which one it is, and
where only the label tells and the pods could be installed anywhere.

Silent: where the podSelector matches workloads of the own namespace and no others
of the namespaces beside it, or is empty.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runAndOrConfusion,
}

func runAndOrConfusion(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		c := f.confused(p, rule, i)
		pods := rule.Peers[i]
		if c.severity == 0 || c.severity == lint.Info && f.explained(p, pods) {
			return
		}
		verb := [...]string{"admits", "reaches"}[rule.Direction]
		d := lint.Diagnostic{
			Severity: c.severity, Certainty: c.certainty, Object: p.Object, Path: pods.Path.Key("podSelector"),
			Message: fmt.Sprintf("%s %s every pod of %s, and pods with %s of %s: two list items are alternatives",
				p, verb, namespacesOf(c.namespaces), pods.Pods, namespaceName(p.Namespace)),
			Related: []lint.Related{{Object: p.Object, Path: c.namespaces.Path.Key("namespaceSelector"), Message: "the other alternative"}},
			Fixes: []lint.Fix{{Message: "merge the two into one peer", Ops: []lint.Op{
				{Object: p.Object, Path: c.namespaces.Path.Key("podSelector"), Kind: lint.Set, Value: p.Object.Value.At(pods.Path.Key("podSelector"))},
				{Object: p.Object, Path: pods.Path, Kind: lint.Remove},
			}}},
		}
		for _, w := range pass.Graph.Match(p, c.namespaces).Workloads {
			if !outOfReach(w) && !pods.Pods.Matches(w.Labels) {
				src, dst := between(subjectOf(p), reach.Workload(w), rule.Direction)
				prove(pass, &d, src, dst, true, connset.All)
				break
			}
		}
		pass.Report(d)
	})
	return nil, nil
}

// explained reports whether another rule has more to say of a peer.
func (f *finder) explained(p *graph.Policy, peer *graph.Peer) bool {
	_, misdirected := f.misdirected(p, peer)
	a, absent := f.absent(p, peer)
	return misdirected || absent && a.near
}

func namespacesOf(peer *graph.Peer) string {
	if peer.Namespaces.Everything() {
		return "every namespace"
	}
	return "the namespaces with " + peer.Namespaces.String()
}

// beside returns the peer of whole namespaces that stands next to a peer of pods
// of the own one, nil if there is none. The one before it comes first, and one
// behind it may belong to the next.
func beside(peers []*graph.Peer, i int) *graph.Peer {
	whole := func(j int) bool {
		return j >= 0 && j < len(peers) && peers[j].Namespaces != nil && peers[j].Pods == nil && !peers[j].Invalid
	}
	pods := func(j int) bool { return j < len(peers) && peers[j].Local() && !peers[j].Pods.Everything() }
	switch {
	case !pods(i):
		return nil
	case whole(i - 1):
		return peers[i-1]
	case whole(i+1) && !pods(i+2):
		return peers[i+1]
	}
	return nil
}

// confusion is how sure it is that a peer of pods and a peer of namespaces
// should be one. The severity is 0 if they are right as they are.
type confusion struct {
	namespaces *graph.Peer
	severity   lint.Severity
	certainty  lint.Certainty
}

func (f *finder) confused(p *graph.Policy, rule *graph.PolicyRule, i int) confusion {
	c := confusion{namespaces: beside(rule.Peers, i), severity: lint.Info}
	pods := rule.Peers[i]
	if c.namespaces == nil || c.namespaces.Namespaces.Invalid || !f.expects(p, *pods.Pods) {
		return confusion{}
	}
	own := len(f.pass.Graph.Match(p, pods).Workloads)
	others := 0
	for _, n := range f.pass.Graph.Match(p, c.namespaces).Namespaces {
		if n != p.Namespace {
			others += len(n.Select(*pods.Pods))
		}
	}
	known := f.foreign(*pods.Pods, p.Namespace)
	switch {
	case own > 0 && (others == 0 || c.namespaces.Namespaces.Everything()):
		return confusion{}
	case own > 0 || f.elsewhere(p, *pods.Pods).here:
	case others > 0:
		c.severity, c.certainty = lint.Error, surely(p)
	case known != nil:
		c.severity = lint.Error
		if !known.fixed {
			c.certainty = lint.Possible
		}
	}
	return c
}
