package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var dnsLinkLocalMissing = &lint.Rule{
	Name: "dns-link-local-missing",
	Doc: `rule for DNS leaves out the node-local server

Where every node runs a cache for DNS, pods ask an address of their node, such as
169.254.20.10 (NodeLocal DNSCache) or 169.254.169.254 (Cloud DNS). No selector of
pods matches it: a rule for port 53 that only selects the cluster's DNS servers lets
no lookup through.

Checked only where the configuration says so, by an address among the peers for DNS
(assume.dns.peers); for each policy that admits DNS at all.

Silent: where a policy for every pod of the namespace admits the address.

https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/`,
	Severity: lint.Error,
	Tags:     []string{"dns"},
	Run:      runDNSLinkLocalMissing,
}

func runDNSLinkLocalMissing(pass *lint.Pass) (any, error) {
	for _, server := range pass.Options.DNSPeers {
		if !server.CIDR.IsValid() {
			continue
		}
		for _, n := range pass.Graph.Namespaces {
			if slices.ContainsFunc(n.Policies, func(p *graph.Policy) bool {
				return p.Subject.Everything() && admitsServer(pass.Options, p, server.CIDR)
			}) {
				continue
			}
			for _, p := range n.Policies {
				if rule := asksPods(pass.Options, p); rule != nil && !selectedWith(p, func(q *graph.Policy) bool { return admitsServer(pass.Options, q, server.CIDR) }) {
					reportLinkLocal(pass, p, rule, server.CIDR)
				}
			}
		}
	}
	return nil, nil
}

// asksPods returns the first rule of a policy that admits DNS to pods and to no
// address, nil if there is none.
func asksPods(options *lint.Options, p *graph.Policy) *graph.PolicyRule {
	if !p.Side(graph.Egress).Isolates {
		return nil
	}
	for _, rule := range p.Side(graph.Egress).Rules {
		if slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return meansDNS(options, port) }) && !rule.AllPeers &&
			!slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return !peer.OfPods() }) {
			return rule
		}
	}
	return nil
}

// admitsServer reports whether a policy admits DNS to an address.
func admitsServer(options *lint.Options, p *graph.Policy, server netip.Prefix) bool {
	return p.Side(graph.Egress).Isolates && slices.ContainsFunc(p.Side(graph.Egress).Rules, func(rule *graph.PolicyRule) bool {
		return (rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool {
			return peer.Block != nil && !peer.Invalid && holds(peer.Block, server.Addr())
		})) && slices.ContainsFunc(options.DNSPorts, func(port int) bool { return rule.AllowsPort(graph.UDP, port, "dns") })
	})
}

// selectedWith reports whether something holds for a policy that selects every
// known workload of p, or for p itself.
func selectedWith(p *graph.Policy, holds func(*graph.Policy) bool) bool {
	if holds(p) {
		return true
	}
	return len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool {
		return !slices.ContainsFunc(w.Policies, holds)
	})
}

func reportLinkLocal(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, server netip.Prefix) {
	pass.Report(lint.Diagnostic{
		Object: p.Object, Path: rule.PeersPath,
		Message: fmt.Sprintf("%s admits DNS to pods only, but pods of this cluster ask the server of their node at %s, so lookups of %s fail",
			p, server, subjectName(p)),
		Fixes: []lint.Fix{{Message: "admit " + server.String() + " too", Ops: []lint.Op{{
			Object: p.Object, Path: rule.PeersPath, Kind: lint.Insert, Value: map[string]any{"ipBlock": map[string]any{"cidr": server.String()}},
		}}}},
	})
}
