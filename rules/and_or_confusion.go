package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
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
two items may be meant.

Silent: where the podSelector matches workloads of the own namespace and no others
of the namespaces beside it, or is empty.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Run:      runAndOrConfusion,
}

func runAndOrConfusion(pass *lint.Pass) (any, error) {
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		severity := confused(pass, p, rule, i)
		if severity == 0 {
			return
		}
		pods, namespaces := rule.Peers[i], beside(rule, i)
		verb := map[graph.Direction]string{graph.Ingress: "admits", graph.Egress: "reaches"}[rule.Direction]
		pass.Report(lint.Diagnostic{
			Severity: severity, Object: p.Object, Path: pods.Path.Key("podSelector"),
			Message: fmt.Sprintf("%s %s every pod of the namespaces with %s, and pods with %s of %s: two list items are alternatives",
				p, verb, namespaces.Namespaces, pods.Pods, namespaceName(p.Namespace)),
			Related: []lint.Related{{Object: p.Object, Path: namespaces.Path.Key("namespaceSelector"), Message: "the other alternative"}},
			Fixes: []lint.Fix{{Message: "merge the two into one peer", Ops: []lint.Op{
				{Object: p.Object, Path: namespaces.Path.Key("podSelector"), Kind: lint.Set, Value: p.Object.Value.At(pods.Path.Key("podSelector"))},
				{Object: p.Object, Path: pods.Path, Kind: lint.Remove},
			}}},
		})
	})
	return nil, nil
}

// beside returns the peer of whole namespaces that stands next to a peer of pods
// of the own one, nil if there is none.
func beside(rule *graph.PolicyRule, i int) *graph.Peer {
	if !rule.Peers[i].Local() || rule.Peers[i].Pods.Everything() {
		return nil
	}
	for _, j := range []int{i - 1, i + 1} {
		if j >= 0 && j < len(rule.Peers) {
			if other := rule.Peers[j]; other.Namespaces != nil && other.Pods == nil && !other.Invalid {
				return other
			}
		}
	}
	return nil
}

// confused returns how sure it is that a peer of pods and the peer of namespaces
// next to it should be one, 0 if they are right as they are.
func confused(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, i int) lint.Severity {
	namespaces := beside(rule, i)
	pods := rule.Peers[i]
	if namespaces == nil || pods.Pods.Invalid || namespaces.Namespaces.Invalid || madeElsewhere(pass.Options, p.Object, *pods.Pods) {
		return 0
	}
	own := pass.Graph.Match(p, pods).Workloads
	others := 0
	for _, n := range pass.Graph.Match(p, namespaces).Namespaces {
		if n != p.Namespace {
			others += len(n.Select(*pods.Pods))
		}
	}
	switch {
	case len(own) > 0 && (others == 0 || namespaces.Namespaces.Everything()):
		return 0
	case len(own) == 0 && (others > 0 || foreign(*pods.Pods, p.Namespace)):
		return lint.Error
	}
	return lint.Info
}
