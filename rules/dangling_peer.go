package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var danglingPeer = &lint.Rule{
	Name: "dangling-peer",
	Doc: `peer matches no pod

A peer whose podSelector matches no pod admits nobody, and the traffic that it was
written for stays denied. It is a warning where a label is misspelt or where a
workload has all of several labels but one. Without such a near miss the pods may
be deployed by somebody else, so that it is only info.

Peers in other namespaces are checked where all namespaces that the peer matches
are known, with their workloads.

Not checked: labels that operators put on the pods they create, and policies with
the annotation nplint.dev/external-pods.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runDanglingPeer,
}

func runDanglingPeer(pass *lint.Pass) (any, error) {
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		workloads, known := peerWorkloads(pass, p, peer)
		if !known || misdirected(pass, p, peer) || confused(pass, p, rule, i) == lint.Error {
			return
		}
		path := peer.Path.Key("podSelector")
		d := lint.Diagnostic{
			Severity: lint.Info, Certainty: lint.Possible, Object: p.Object, Path: path,
			Message: fmt.Sprintf("a peer of %s matches no pod: no workload of the input has %s there", p, peer.Pods),
		}
		if miss, near := findNearMiss(*peer.Pods, workloads); near {
			d.Severity, d.Certainty = lint.Warning, lint.Certain
			d.Path = labelPath(p.Object, path, miss.key)
			d.Message = fmt.Sprintf("a peer of %s matches no pod, so that traffic stays denied: %s", p, miss.why)
			d.Related = []lint.Related{{Object: miss.like.Object, Path: miss.like.LabelsPath, Message: "labels of " + miss.like.String()}}
		} else if pass.Options.Complete {
			d.Severity, d.Certainty = lint.Warning, lint.Certain
		}
		pass.Report(d)
	})
	return nil, nil
}

// peerWorkloads returns the workloads of the namespaces that a peer of pods
// matches, if it matches none of them and the input knows them all.
func peerWorkloads(pass *lint.Pass, p *graph.Policy, peer *graph.Peer) ([]*graph.Workload, bool) {
	if peer.Pods == nil || peer.Invalid {
		return nil, false
	}
	s := *peer.Pods
	if s.Everything() || s.Invalid || s.Unsatisfiable() || madeElsewhere(pass.Options, p.Object, s) {
		return nil, false
	}
	m := pass.Graph.Match(p, peer)
	if len(m.Workloads) > 0 || len(m.Possible) > 0 {
		return nil, false
	}
	var all []*graph.Workload
	for _, n := range m.Namespaces {
		if len(n.Workloads) == 0 {
			return nil, false
		}
		all = append(all, n.Workloads...)
	}
	return all, len(all) > 0
}
