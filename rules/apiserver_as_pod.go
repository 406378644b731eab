package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var apiserverAsPod = &lint.Rule{
	Name: "apiserver-as-pod",
	Doc: `API server is selected as if it were a pod

The API server runs on the host network of a control plane node, or outside the
cluster altogether. Most plugins match it by no selector, so that a rule for its port
which only selects pods opens nothing. Admit its address with an ipBlock, or use what
the plugin has for it (toEntities: kube-apiserver in Cilium).

Reported are egress rules for port 6443, and for 443 where the policy's name or a
comment at the rule speaks of the API server, whose peers are kube-system, default,
every namespace, or the labels of the Service "kubernetes".

It is only possible: there are control planes that run as pods.

Silent: where another rule of the policy admits the port to addresses or to
everybody, and where a peer matches a workload of the input that declares the port.

Not checked: ingress from the API server, as of an admission webhook.

https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runAPIServerAsPod,
}

func runAPIServerAsPod(pass *lint.Pass) (any, error) {
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.Direction == graph.Ingress || rule.AllPeers || rule.AllPorts {
			return
		}
		for _, peer := range rule.Peers {
			if !mayMeanAPIServer(peer) || hostPods(pass.Graph, p, peer) != "" || takesPort(pass.Graph.Match(p, peer).Workloads, rule) {
				return
			}
		}
		if !forAPIServer(p, rule) || slices.ContainsFunc(p.Side(graph.Egress).Rules, leadsToAPIServer) {
			return
		}
		pass.Report(lint.Diagnostic{
			Certainty: lint.Possible, Object: p.Object, Path: rule.PeersPath,
			Message: fmt.Sprintf("%s admits %s, the API server's, to pods only, and the API server is normally none of them, so it stays out of reach of %s",
				p, portList(rule.Ports), subjectName(p)),
		})
	})
	return nil, nil
}

// apiServerLabels are those of the Service "kubernetes".
var apiServerLabels = map[string]string{"component": "apiserver", "provider": "kubernetes"}

// mayMeanAPIServer reports whether a peer is where people look for the API server:
// whole namespaces of the cluster, or the labels of its Service.
func mayMeanAPIServer(peer *graph.Peer) bool {
	if peer.Invalid || !peer.OfPods() || peer.Namespaces == nil {
		return false
	}
	if !peer.PodSelector().Everything() {
		return labelledAsAPIServer(peer)
	}
	names, named := peer.Namespaces.Values(graph.NameLabel)
	return peer.Namespaces.Everything() || named && !slices.ContainsFunc(names, func(name string) bool { return name != "kube-system" && name != "default" })
}

func labelledAsAPIServer(peer *graph.Peer) bool {
	s := peer.PodSelector()
	return len(s.Labels()) > 0 && s.Matches(apiServerLabels)
}

var apiServerName = regexp.MustCompile(`\bapi[- ]?server\b|\bkube[- ]?api|\bk8s[- ]api\b|\bkubernetes[- ]api\b`)

// forAPIServer reports whether a rule is for the API server: by its port, by its
// peers, or by what its policy is called or a comment says.
func forAPIServer(p *graph.Policy, rule *graph.PolicyRule) bool {
	if apiServerPorts(rule) || slices.ContainsFunc(rule.Peers, labelledAsAPIServer) {
		return true
	}
	if slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return !single(port) || port.From != 443 }) {
		return false
	}
	return apiServerName.MatchString(strings.ToLower(p.Name)) || apiServerName.MatchString(commentsOn(p, rule))
}

// leadsToAPIServer reports whether a rule admits the usual ports of the API server
// to addresses or to everybody.
func leadsToAPIServer(rule *graph.PolicyRule) bool {
	return (rule.AllowsPort(graph.TCP, 443, "https") || rule.AllowsPort(graph.TCP, 6443, "https")) &&
		(rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Block != nil }))
}

// takesPort reports whether one of some workloads declares a port of a rule.
func takesPort(pods []*graph.Workload, rule *graph.PolicyRule) bool {
	return slices.ContainsFunc(pods, func(w *graph.Workload) bool {
		return slices.ContainsFunc(w.Ports, func(c graph.Port) bool { return rule.AllowsPort(c.Protocol, c.Number, c.Name) })
	})
}
