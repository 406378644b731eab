package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var peerPodSelectorLocalOnly = &lint.Rule{
	Name: "peer-pod-selector-local-only",
	Doc: `peer means pods of another namespace but cannot reach them

A podSelector without a namespaceSelector matches pods of the policy's own
namespace only. This one matches none there, but workloads of exactly one other
namespace of the input, or carries a label of pods that live in a namespace of
their own in nearly every cluster, such as the DNS servers. The traffic stays
denied.

It is possible rather than certain, and a warning, where the policy names no
namespace, or where only the label tells and the pods could be installed anywhere.
It is info where the input holds no workload of the policy's namespace, unless
that is "default": the pods may be deployed there by somebody else.

Silent: where policies of the other namespace name the same pods as their own, so
that both namespaces seem to have some, and where the whole policy belongs there.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runPeerPodSelectorLocalOnly,
}

func runPeerPodSelectorLocalOnly(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if m, misdirected := f.misdirected(p, peer); misdirected && f.confused(p, rule, i).severity <= lint.Info {
			m.report(pass, p, rule, peer)
		}
	})
	return nil, nil
}

// misdirection is where the pods are that a peer cannot reach: found in the
// input, or known to be in every cluster.
type misdirection struct {
	whereabouts
	known *clusterPods
}

// misdirected returns what a peer of pods in the own namespace means, if it
// matches none there and means pods of another one.
func (f *finder) misdirected(p *graph.Policy, peer *graph.Peer) (misdirection, bool) {
	if !peer.Local() || peer.Invalid || len(f.pass.Graph.Match(p, peer).Workloads) > 0 || !f.expects(p, *peer.Pods) {
		return misdirection{}, false
	}
	m := misdirection{whereabouts: f.elsewhere(p, *peer.Pods), known: f.foreign(*peer.Pods, p.Namespace)}
	if m.here || p.Namespace.Symbolic() && !inhabited(p.Namespace) {
		return misdirection{}, false
	}
	if subject, misplaced := f.misplaced(p); m.home != nil && (named(m.home, *peer.Pods) || misplaced && subject.home == m.home) {
		m.home = nil
	}
	return m, m.home != nil || m.known != nil
}

// named reports whether policies of a namespace name pods as their own peers.
func named(n *graph.Namespace, s graph.Selector) bool {
	for _, p := range n.Policies {
		for _, d := range graph.Directions {
			for _, rule := range p.Side(d).Rules {
				if slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Local() && peer.Pods.Equal(s) }) {
					return true
				}
			}
		}
	}
	return false
}

func (m misdirection) report(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, peer *graph.Peer) {
	d := lint.Diagnostic{
		Severity: unlessDeployedElsewhere(p, lint.Error), Certainty: surely(p),
		Object: p.Object, Path: peer.Path.Key("podSelector"),
	}
	home := ""
	if m.home != nil {
		home = m.home.Name
		d.Message = fmt.Sprintf("a peer of %s matches only pods of %s, where none has %s, and not %s, so that traffic stays denied",
			p, namespaceName(p.Namespace), peer.Pods, some(m.there))
		d.Related = []lint.Related{{Object: m.there[0].Object, Path: m.there[0].LabelsPath, Message: "labels of " + m.there[0].String()}}
	} else {
		d.Message = fmt.Sprintf("a peer of %s matches only pods of %s, but pods with %s live in a namespace of their own, so that traffic stays denied",
			p, namespaceName(p.Namespace), peer.Pods)
		d.Certainty = lint.Possible
	}
	if m.known != nil && m.known.fixed {
		d.Severity, d.Certainty, home = lint.Error, lint.Certain, m.known.homes[0]
	}
	if home != "" {
		d.Fixes = []lint.Fix{{Message: "select namespace " + home + " too", Ops: []lint.Op{{
			Object: p.Object, Path: peer.Path.Key("namespaceSelector"), Kind: lint.Set,
			Value: map[string]any{"matchLabels": map[string]any{graph.NameLabel: home}},
		}}}}
	}
	if len(m.there) > 0 {
		src, dst := between(subjectOf(p), reach.Workload(m.there[0]), rule.Direction)
		prove(pass, &d, src, dst, false, connset.All)
	}
	pass.Report(d)
}
