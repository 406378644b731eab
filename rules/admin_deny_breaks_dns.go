package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var adminDenyBreaksDNS = &lint.Rule{
	Name: "admin-deny-breaks-dns",
	Doc: `cluster-wide deny also stops name resolution

A rule that denies egress to all pods denies it to the DNS servers too, and so does one
for the network 0.0.0.0/0, which holds pods as well. No pod of the subject resolves a
name any more, also those of hosts that it may still reach, unless a rule before this
one accepts or passes on UDP port 53 to the DNS servers.

It is a warning where only networks hold the DNS servers, and info where the policy
leaves the pods nothing to reach by a name: no addresses outside the cluster, and no
peer that a rule before accepts.

Silent: where a rule that decides before may be meant for DNS; for a baseline policy all
of whose pods NetworkPolicies isolate for egress, because these decide before it; where
the configuration says that somebody else provides for DNS.

Not checked: whether the pods need names.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Error,
	Tags:     []string{"admin", "dns"},
	Requires: []*lint.Rule{nameResolution, reach.Rule},
	Run:      runAdminDenyBreaksDNS,
}

func runAdminDenyBreaksDNS(pass *lint.Pass) (any, error) {
	if pass.Options.DNSProvided {
		return nil, nil
	}
	reader, rules := dnsReaderOf(pass), adminRules{}
	for _, p := range pass.Graph.Admin {
		if r, before := reader.deniedBy(rules, p); r != nil {
			reportDeniedDNS(pass, r, before)
		}
	}
	return nil, nil
}

var dnsLookup = connset.Conn{Protocol: connset.UDP, Port: 53}

// deniedBy returns the rule of a policy that denies name resolution, and those
// of the policy before it; nil where another rule may decide first.
func (r *dnsReader) deniedBy(rules adminRules, p *graph.Policy) (deny *deciding, before []*deciding) {
	if p.Tier == graph.TierBaseline && len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool { return !isolatedFor(w, graph.Egress) }) {
		return nil, nil
	}
	for _, q := range r.graph.Admin {
		first := q != p && (sameTier(p, q) && q.Priority <= p.Priority || q.Tier < p.Tier) && subjectsOverlap(p, q)
		if first && slices.ContainsFunc(rules.of(q, graph.Egress), r.rescues) {
			return nil, nil
		}
	}
	for _, one := range rules.of(p, graph.Egress) {
		switch {
		case r.rescues(one):
			return nil, nil
		case one.rule.Action == graph.Deny && one.ports.Has(dnsLookup) && slices.ContainsFunc(one.rule.Peers, holdsDNS):
			return one, before
		}
		before = append(before, one)
	}
	return nil, nil
}

// rescues reports whether a rule may let name resolution through. One that lists
// the port means it; for one that holds the port among others, the peers tell.
func (r *dnsReader) rescues(one *deciding) bool {
	meant := slices.ContainsFunc(one.rule.Ports, func(port graph.PolicyPort) bool {
		return meansDNS(r.options, port) && (port.Protocol == graph.UDP || port.Protocol == "")
	})
	return one.rule.Action != graph.Deny && (meant || one.ports.Has(dnsLookup)) &&
		slices.ContainsFunc(one.rule.Peers, func(peer *graph.Peer) bool {
			return peer.Relative || !peer.OfPods() || r.mayResolve(one.policy, peer) && (meant || r.atDNSHome(peer))
		})
}

// atDNSHome reports whether a peer may match pods of the namespace of the DNS
// servers, of which only the name is known where the input does not declare it.
func (r *dnsReader) atDNSHome(peer *graph.Peer) bool {
	if mentionsDNS(peer.PodSelector()) || mentionsDNS(*peer.Namespaces) {
		return true
	}
	for _, home := range r.options.DNSPeers {
		n := r.graph.Namespace(home.Namespace)
		switch {
		case n != nil && n.Object != nil:
			if n.Matches(*peer.Namespaces) == graph.Yes {
				return true
			}
		case peer.Namespaces.Matches(map[string]string{graph.NameLabel: home.Namespace}), peer.Namespaces.Matches(map[string]string{"name": home.Namespace}):
			return true
		}
	}
	return false
}

// holdsDNS reports whether a peer takes in the cluster's DNS servers among
// others.
func holdsDNS(peer *graph.Peer) bool {
	if !peer.OfPods() {
		return connset.AddressesOf(peer.Networks...).Contains(allIPv4)
	}
	return !peer.Relative && peer.PodSelector().Everything() && selectorWithin(agentHome, *peer.Namespaces)
}

func reportDeniedDNS(pass *lint.Pass, r *deciding, before []*deciding) {
	d := lint.Diagnostic{Object: r.policy.Object, Path: r.rule.Path}
	what := "every pod"
	// Networks are often written for the outside, and DNS is a side effect.
	overNetworks := !slices.ContainsFunc(r.rule.Peers, func(peer *graph.Peer) bool { return peer.OfPods() && holdsDNS(peer) })
	if overNetworks {
		d.Severity = lint.Warning
	}
	i := slices.IndexFunc(r.rule.Peers, holdsDNS)
	switch peer := r.rule.Peers[i]; {
	case !peer.OfPods():
		what = "0.0.0.0/0, which holds pods as well,"
	case !anyPod(peer):
		what = "the pods of kube-system"
	}
	nothing := slices.ContainsFunc(r.rule.Peers, func(peer *graph.Peer) bool { return connset.AddressesOf(peer.Networks...).Contains(allIPv4) }) &&
		r.rule.AllPorts && !slices.ContainsFunc(before, func(b *deciding) bool { return b.rule.Action != graph.Deny })
	if nothing {
		d.Severity = lint.Info
	}
	d.Message = fmt.Sprintf("%s denies egress to %s in %s and no rule before it lets UDP port 53 through to the DNS servers, so names do not resolve", r.policy, what, ruleName(r.rule))
	d.Fixes = []lint.Fix{insertBefore(r, "let DNS through before", acceptDNS(r.policy))}
	proveDenied(pass, &d, r.policy)
	pass.Report(d)
}

// proveDenied adds the lookup of a subject at a DNS server of the input.
func proveDenied(pass *lint.Pass, d *lint.Diagnostic, p *graph.Policy) {
	i := slices.IndexFunc(pass.Graph.Workloads, func(w *graph.Workload) bool { return resolver(w.Labels) && !outOfReach(w) })
	if i < 0 || len(p.Workloads) == 0 {
		return
	}
	prove(pass, d, reach.Workload(p.Workloads[0]), reach.Workload(pass.Graph.Workloads[i]), false, connset.Port(connset.UDP, dnsLookup.Port))
}

// insertBefore is the fix that puts a rule in front of another one.
func insertBefore(r *deciding, message string, rule map[string]any) lint.Fix {
	return lint.Fix{Message: message, Ops: []lint.Op{{Object: r.policy.Object, Path: r.rule.Path, Kind: lint.Insert, Value: rule}}}
}

// acceptDNS is the rule that lets the usual DNS servers be asked.
func acceptDNS(p *graph.Policy) map[string]any {
	rule := map[string]any{
		"name": "dns", "action": actionName(p, graph.Allow),
		"to": []any{map[string]any{"pods": map[string]any{
			"namespaceSelector": map[string]any{"matchLabels": map[string]any{graph.NameLabel: "kube-system"}},
			"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
		}}},
	}
	if p.Object.ID.Kind == "ClusterNetworkPolicy" {
		port := map[string]any{"destinationPort": map[string]any{"number": 53}}
		rule["protocols"] = []any{map[string]any{"udp": port}, map[string]any{"tcp": port}}
	} else {
		rule["ports"] = []any{
			map[string]any{"portNumber": map[string]any{"protocol": "UDP", "port": 53}},
			map[string]any{"portNumber": map[string]any{"protocol": "TCP", "port": 53}},
		}
	}
	return rule
}
