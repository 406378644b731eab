package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var peerPodSelectorLocalOnly = &lint.Rule{
	Name: "peer-pod-selector-local-only",
	Doc: `peer means pods of another namespace but cannot reach them

A podSelector without a namespaceSelector matches pods of the policy's own
namespace only. This one matches none there, but workloads of exactly one other
namespace of the input, or carries a label of pods that live in a namespace of their own in
nearly every cluster, such as the DNS servers. The traffic stays denied.

It is possible rather than certain, and a warning, where the input holds no
workload of the policy's own namespace.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Run:      runPeerPodSelectorLocalOnly,
}

func runPeerPodSelectorLocalOnly(pass *lint.Pass) (any, error) {
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if !misdirected(pass, p, peer) || confused(pass, p, rule, i) == lint.Error {
			return
		}
		there, home := elsewhere(pass.Graph, p.Namespace, *peer.Pods)
		d := lint.Diagnostic{Object: p.Object, Path: peer.Path.Key("podSelector")}
		if home != nil {
			d.Message = fmt.Sprintf("a peer of %s matches only pods of %s, where none has %s, and not %s, so that traffic stays denied",
				p, namespaceName(p.Namespace), peer.Pods, some(there))
			d.Related = []lint.Related{{Object: there[0].Object, Path: there[0].LabelsPath, Message: "labels of " + there[0].String()}}
		} else {
			d.Message = fmt.Sprintf("a peer of %s matches only pods of %s, but pods with %s live in a namespace of their own, so that traffic stays denied",
				p, namespaceName(p.Namespace), peer.Pods)
		}
		if home != nil && !home.Symbolic() {
			d.Fixes = []lint.Fix{{Message: "select namespace " + home.Name + " too", Ops: []lint.Op{{
				Object: p.Object, Path: peer.Path.Key("namespaceSelector"), Kind: lint.Set,
				Value: map[string]any{"matchLabels": map[string]any{graph.NameLabel: home.Name}},
			}}}}
		}
		if len(p.Namespace.Workloads) == 0 {
			d.Certainty = lint.Possible
		}
		pass.Report(d)
	})
	return nil, nil
}

// misdirected reports whether a peer of pods in the own namespace matches none
// there and means pods of another one.
func misdirected(pass *lint.Pass, p *graph.Policy, peer *graph.Peer) bool {
	if !peer.Local() || peer.Invalid {
		return false
	}
	s := *peer.Pods
	if s.Everything() || s.Invalid || s.Unsatisfiable() || madeElsewhere(pass.Options, p.Object, s) {
		return false
	}
	if len(pass.Graph.Match(p, peer).Workloads) > 0 {
		return false
	}
	_, home := elsewhere(pass.Graph, p.Namespace, s)
	return home != nil || foreign(s, p.Namespace)
}

// eachPeer calls f for every peer of every rule that has an effect.
func eachPeer(pass *lint.Pass, f func(p *graph.Policy, rule *graph.PolicyRule, i int)) {
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			if side := p.Side(d); side.Isolates {
				for _, rule := range side.Rules {
					for i := range rule.Peers {
						f(p, rule, i)
					}
				}
			}
		}
	}
}
