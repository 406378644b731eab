package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var splitPeerAndPorts = &lint.Rule{
	Name: "split-peer-and-ports",
	Doc: `peers and ports in two rules where one with both is meant

The peers and the ports of one list item must both match. Written as two items,
either is enough: the peers are admitted on every port, and the ports are open to
everybody, in and out of the cluster.

It is an error where the peers of an egress rule declare the ports of the rule
beside it. It is info where the two may well be meant: peers that are every pod of
the namespace or of the cluster, and ports that are commonly open to all, such as
443.

Silent: for the ports of DNS, where the peers are everybody already, and where a
LoadBalancer, a NodePort, an Ingress, a route or a webhook leads to the ports, so that
they are to be open.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Warning,
	Tags:     []string{"peers", "ports"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runSplitPeerAndPorts,
}

func runSplitPeerAndPorts(pass *lint.Pass) (any, error) {
	entries := newEntrances(pass.Graph, graph.FromController, graph.FromOutside, graph.FromAPIServer)
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			rules := p.Side(d).Rules
			if !p.Side(d).Isolates {
				continue
			}
			for i, rule := range rules {
				if half := otherHalf(pass, rules, i); half != nil && !entries.leadTo(p, rule) {
					reportSplit(pass, p, half, rule)
				}
			}
		}
	}
	return nil, nil
}

// leadTo reports whether an ingress rule opens a port to which something leads
// whose connections come from no pod.
func (e entrances) leadTo(p *graph.Policy, rule *graph.PolicyRule) bool {
	return rule.Direction == graph.Ingress && slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool {
		return slices.ContainsFunc(e[w], func(entry *graph.Entry) bool {
			return slices.ContainsFunc(entry.Targets, func(t graph.Target) bool {
				return t.Workload == w && rule.AllowsPort(t.Protocol, t.Port, "")
			})
		})
	})
}

// otherHalf returns the rule with peers and no ports that stands next to rule i,
// which has ports and no peers, nil if there is none.
func otherHalf(pass *lint.Pass, rules []*graph.PolicyRule, i int) *graph.PolicyRule {
	ports := func(r *graph.PolicyRule) bool { return r.AllPeers && !r.AllPorts }
	peers := func(j int) bool { return j >= 0 && j < len(rules) && !rules[j].AllPeers && rules[j].AllPorts }
	switch {
	case !ports(rules[i]) || !slices.ContainsFunc(rules[i].Ports, func(port graph.PolicyPort) bool { return !meansDNS(pass.Options, port) }):
		return nil
	case peers(i-1) && !admitsEverybody(rules[i-1]):
		return rules[i-1]
	case peers(i+1) && !admitsEverybody(rules[i+1]) && !(i+2 < len(rules) && ports(rules[i+2])):
		return rules[i+1]
	}
	return nil
}

func reportSplit(pass *lint.Pass, p *graph.Policy, peers, ports *graph.PolicyRule) {
	d := lint.Diagnostic{Object: p.Object, Path: ports.Path}
	verb, whom := "admits everybody", "admitted"
	if ports.Direction == graph.Egress {
		verb, whom = "reaches everything", "reached"
	}
	d.Message = fmt.Sprintf("%s %s on %s, and the peers of the rule beside it are %s on every port: two rules are alternatives",
		p, verb, portList(ports.Ports), whom)
	d.Severity = splitSeverity(pass, p, peers, ports)
	d.Related = []lint.Related{{Object: p.Object, Path: peers.Path, Message: "the other alternative"}}
	d.Fixes = []lint.Fix{{Message: "merge the two into one rule", Ops: []lint.Op{
		{Object: p.Object, Path: peers.PortsPath, Kind: lint.Set, Value: p.Object.Value.At(ports.PortsPath)},
		{Object: p.Object, Path: ports.Path, Kind: lint.Remove},
	}}}
	if port := ports.Ports[0]; single(port) {
		if ports.Direction == graph.Egress {
			d.Witness = reachable(reach.Of(pass), p.Workloads, someServer, port.Protocol, port.From)
		} else {
			d.Witness = openToAll(reach.Of(pass), p.Workloads, port.Protocol, port.From)
		}
	}
	pass.Report(d)
}

func splitSeverity(pass *lint.Pass, p *graph.Policy, peers, ports *graph.PolicyRule) lint.Severity {
	everyPod := !slices.ContainsFunc(peers.Peers, func(peer *graph.Peer) bool {
		return !anyPod(peer) && !(peer.Local() && peer.Pods.Everything())
	})
	public := !slices.ContainsFunc(ports.Ports, func(port graph.PolicyPort) bool { return !publicPort(pass.Options, port) })
	switch {
	case ports.Direction == graph.Egress && declaredBy(pass, p, peers, ports):
		return lint.Error
	case everyPod || public:
		return pass.Advisory()
	}
	return lint.Warning
}

// declaredBy reports whether pods of the peers of one rule declare a port of
// another one.
func declaredBy(pass *lint.Pass, p *graph.Policy, peers, ports *graph.PolicyRule) bool {
	for _, peer := range peers.Peers {
		if peer.PodSelector().Everything() {
			continue
		}
		for _, w := range pass.Graph.Match(p, peer).Workloads {
			if slices.ContainsFunc(w.Ports, func(c graph.Port) bool { return ports.AllowsPort(c.Protocol, c.Number, c.Name) }) {
				return true
			}
		}
	}
	return false
}

// publicPort reports whether a port is commonly open to everybody: that of the
// web, of admission webhooks, which the API server calls from no pod, or one that
// reaches a service of the Internet.
func publicPort(options *lint.Options, port graph.PolicyPort) bool {
	switch port.Name {
	case "http", "https", "web", "websecure", "webhook", "webhooks", "webhook-server", "https-webhook":
		return true
	}
	return single(port) && slices.Contains([]int{22, 25, 80, 123, 443, 465, 587, 6443, 8443, 9443}, port.From) || meansDNS(options, port)
}
