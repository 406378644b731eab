package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var hostnetworkPeer = &lint.Rule{
	Name: "hostnetwork-peer",
	Doc: `peer selects pods that share their node's network

A pod with hostNetwork: true has the addresses of its node. Most plugins do not see
it as a pod, so that a peer which selects it by labels matches nothing, and its
traffic is that of the node. Admit the nodes' addresses with an ipBlock, or use what
the plugin has for nodes.

Reported are peers of which all pods in the input are such, and those with the
labels of the control plane's own pods (component: kube-apiserver, etcd and their
like) or of node-local-dns in kube-system.

It is only possible, because the API leaves it to the plugin, and a warning.

Silent: where a peer beside it is a block of addresses, and for the namespace label
that OpenShift has for the host network.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods`,
	Severity: lint.Error,
	Tags:     []string{"peers", "cni"},
	Run:      runHostnetworkPeer,
}

func runHostnetworkPeer(pass *lint.Pass) (any, error) {
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if !peer.OfPods() || peer.Invalid || slices.ContainsFunc(rule.Peers, func(other *graph.Peer) bool { return other.Block != nil }) {
			return
		}
		who := hostPods(pass.Graph, p, peer)
		if who == "" {
			return
		}
		path := peer.Path.Key("podSelector")
		if peer.Pods == nil {
			path = peer.Path.Key("namespaceSelector")
		}
		pass.Report(lint.Diagnostic{
			Certainty: lint.Possible, Object: p.Object, Path: path,
			Message: fmt.Sprintf("a peer of %s selects %s, which most plugins see as nodes and not as pods, so that traffic stays denied", p, who),
			Related: hostPlaces(pass.Graph.Match(p, peer).Workloads),
		})
	})
	return nil, nil
}

// staticPods are labels of pods that the kubelet runs on the host network, and
// that are in no manifest.
var staticPods = map[string][]string{
	"component": {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"},
	"k8s-app":   {"kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "node-local-dns"},
}

// hostPods describes the pods on the host network that are all that a peer
// matches, "" if it matches others or none.
func hostPods(g *graph.Graph, p *graph.Policy, peer *graph.Peer) string {
	if peer.Namespaces != nil && slices.Contains(peer.Namespaces.Keys(), "policy-group.network.openshift.io/host-network") {
		return ""
	}
	matched := g.Match(p, peer).Workloads
	if slices.ContainsFunc(matched, func(w *graph.Workload) bool { return !w.HostNetwork }) {
		return ""
	}
	if len(matched) > 0 {
		return "only pods on the host network, those of " + some(matched)
	}
	home := p.Namespace.Name == "kube-system"
	if peer.Namespaces != nil {
		names, named := peer.Namespaces.Values(graph.NameLabel)
		home = peer.Namespaces.Everything() || named && slices.Contains(names, "kube-system")
	}
	if !home {
		return ""
	}
	labels := peer.PodSelector().Labels()
	for _, key := range peer.PodSelector().Keys() {
		if slices.Contains(staticPods[key], labels[key]) {
			return "pods with " + key + ": " + labels[key] + ", which run on the host network"
		}
	}
	return ""
}

func hostPlaces(pods []*graph.Workload) []lint.Related {
	if len(pods) == 0 {
		return nil
	}
	return []lint.Related{{Object: pods[0].Object, Path: pods[0].SpecPath.Key("hostNetwork"), Message: pods[0].String() + " is on the host network"}}
}
