package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var spoofablePeer = &lint.Rule{
	Name: "spoofable-peer",
	Doc: `ingress from pods of any namespace that carry a label

A peer with an empty namespaceSelector and a podSelector admits pods of every
namespace that have the labels. Whoever may create a pod anywhere in the cluster
chooses its labels, and so lets it in. Name the namespace too. It is legal and often
meant, hence info, and a warning in the preset strict.

Not checked: egress, where the label leads out and nobody comes in.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Info,
	Tags:     []string{"peers"},
	Score:    4.0,
	Run:      runSpoofablePeer,
}

func runSpoofablePeer(pass *lint.Pass) (any, error) {
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if rule.Direction == graph.Egress || peer.Invalid || peer.Pods == nil || peer.PodSelector().Everything() ||
			peer.Namespaces == nil || !peer.Namespaces.Everything() || admitsEverybody(rule) {
			return
		}
		d := lint.Diagnostic{
			Severity: pass.Advisory(), Object: p.Object, Path: peer.Path.Key("namespaceSelector"),
			Message: fmt.Sprintf("%s admits pods of every namespace with %s to %s: whoever may create a pod in some namespace may give it the label",
				p, peer.Pods, subjectName(p)),
		}
		if home := homeOf(pass.Graph.Match(p, peer).Workloads); home != nil {
			d.Message += fmt.Sprintf("; in the input only %s has such pods", namespaceName(home))
			d.Fixes = []lint.Fix{{Message: "select namespace " + home.Name, Ops: []lint.Op{{
				Object: p.Object, Path: peer.Path.Key("namespaceSelector"), Kind: lint.Set,
				Value: map[string]any{"matchLabels": map[string]any{graph.NameLabel: home.Name}},
			}}}}
		}
		pass.Report(d)
	})
	return nil, nil
}

// homeOf returns the one namespace that all of some workloads are in, nil if
// there are several or its name is not known.
func homeOf(pods []*graph.Workload) *graph.Namespace {
	if len(pods) == 0 || pods[0].Namespace.Symbolic() {
		return nil
	}
	for _, w := range pods[1:] {
		if w.Namespace != pods[0].Namespace {
			return nil
		}
	}
	return pods[0].Namespace
}
