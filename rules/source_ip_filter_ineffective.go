package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var sourceIPFilterIneffective = &lint.Rule{
	Name: "source-ip-filter-ineffective",
	Doc: `filter for client addresses behind a Service that hides them

With "externalTrafficPolicy: Cluster", which holds where nothing is written, a node
that takes a connection from outside may send it on to a pod of another node under
its own address. A rule that admits only certain public addresses then does not see
the clients: it keeps out the very ones that it names, or all of them by turns. With
Local the pods see the client's address.

Load balancers differ, hence it is only possible.

Silent: where a rule beside it admits the port from private addresses, among which
the nodes may be, or from everybody; for load balancers that dial the pods themselves;
for ranges from which cloud providers check the health of backends; for plugins that
keep the address.

Not checked: rules for private addresses, which may be those of nodes or of load
balancers.

https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#preserving-the-client-source-ip`,
	Severity: lint.Warning,
	Tags:     []string{"exposure"},
	Run:      runSourceIPFilterIneffective,
}

func runSourceIPFilterIneffective(pass *lint.Pass) (any, error) {
	if pass.Options.CNI != "" {
		return nil, nil
	}
	for _, s := range pass.Graph.Services {
		if !s.External() || s.LocalTraffic || dialsPods(s) {
			continue
		}
		var reported []*graph.Peer
		for _, e := range s.Ports {
			for _, w := range s.Workloads {
				number, ok := e.TargetOn(w)
				if !ok || !isolatedFor(w, graph.Ingress) {
					continue
				}
				a, peer := publicFilter(graph.Target{Workload: w, Protocol: e.Protocol, Port: number})
				if peer == nil || slices.Contains(reported, peer) {
					continue
				}
				reported = append(reported, peer)
				reportSourceFilter(pass, s, a.policy, peer)
			}
		}
	}
	return nil, nil
}

// dialsPods reports whether the load balancer of a Service opens its connections
// to the pods, not to the nodes, or keeps the client's address in another way.
func dialsPods(s *graph.Service) bool {
	for key, value := range s.Object.Value.Get("metadata").Get("annotations").Strings() {
		switch {
		case key == "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type" && value == "ip",
			key == "service.beta.kubernetes.io/aws-load-balancer-type" && value == "nlb-ip",
			key == "cloud.google.com/neg",
			strings.HasPrefix(key, "service.cilium.io/forwarding-mode"):
			return true
		}
	}
	return false
}

// publicFilter returns the first peer of public addresses among those that admit
// a target, nil if some rule admits it from addresses that may be a node's too.
func publicFilter(t graph.Target) (admission, *graph.Peer) {
	var first admission
	var filter *graph.Peer
	for _, a := range admissions(t) {
		if a.rule.AllPeers {
			return admission{}, nil
		}
		for _, peer := range a.rule.Peers {
			switch {
			case peer.Block == nil || peer.Invalid:
			case !public(peer.Block.CIDR):
				return admission{}, nil
			case filter == nil && !slices.ContainsFunc(healthChecks, func(c netip.Prefix) bool { return c.Overlaps(peer.Block.CIDR) }):
				first, filter = a, peer
			}
		}
	}
	return first, filter
}

// public reports whether a range holds public addresses only.
func public(p netip.Prefix) bool {
	return !slices.ContainsFunc(privateRanges, p.Overlaps)
}

var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"),
}

// healthChecks are public ranges from which Google and Azure check backends, and
// Google's proxies dial them.
var healthChecks = []netip.Prefix{
	netip.MustParsePrefix("35.191.0.0/16"), netip.MustParsePrefix("130.211.0.0/22"),
	netip.MustParsePrefix("209.85.152.0/22"), netip.MustParsePrefix("209.85.204.0/22"), netip.MustParsePrefix("168.63.129.16/32"),
}

func reportSourceFilter(pass *lint.Pass, s *graph.Service, p *graph.Policy, peer *graph.Peer) {
	policy := manifest.Field("spec", "externalTrafficPolicy")
	pass.Report(lint.Diagnostic{
		Certainty: lint.Possible, Object: p.Object, Path: peer.Path.Key("ipBlock"),
		Message: fmt.Sprintf("%s admits clients from %s, but %s does not have externalTrafficPolicy Local, so its pods may see a node's address in place of the client's and refuse them",
			p, peer.Block.CIDR, s),
		Related: []lint.Related{{Object: s.Object, Path: policy, Message: "the Service through which the clients come"}},
		Fixes:   []lint.Fix{{Message: "keep the clients' addresses", Ops: []lint.Op{{Object: s.Object, Path: policy, Kind: lint.Set, Value: "Local"}}}},
	})
}
