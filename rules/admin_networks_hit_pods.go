package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

var adminNetworksHitPods = &lint.Rule{
	Name: "admin-networks-hit-pods",
	Doc: `networks of a cluster-wide policy also match pods

Unlike an ipBlock, whose meaning for pods is left open, networks match whatever has such
an address, pods included. A rule that denies 0.0.0.0/0 to keep pods from the Internet
also cuts them off from each other, and one that accepts it lets them reach every pod
past all NetworkPolicies. Put a rule before it that passes on what goes to pods.

It is a warning where the name of the rule or of the policy says that the outside is
meant, or where the policy's networks hold the configured addresses of pods among
others; otherwise info, and a warning in the preset strict.

Silent: where a rule before it decides about pods.

Not checked: networks that hold only some addresses of pods, where nobody says which
these are.

https://network-policy-api.sigs.k8s.io/reference/spec/`,
	Severity: lint.Warning,
	Tags:     []string{"admin", "peers"},
	Requires: []*lint.Rule{nameResolution},
	Run:      runAdminNetworksHitPods,
}

func runAdminNetworksHitPods(pass *lint.Pass) (any, error) {
	reader, rules := dnsReaderOf(pass), adminRules{}
	for _, p := range pass.Graph.Admin {
		var before []*deciding
		for _, q := range pass.Graph.Admin {
			if precedes(q, p) && subjectWithin(p, q) {
				before = append(before, rules.of(q, graph.Egress)...)
			}
		}
		for _, r := range rules.of(p, graph.Egress) {
			if r.rule.Action != graph.Pass && !slices.ContainsFunc(before, aboutPods) {
				if network, found := holdsPods(pass.Options, r.rule); found {
					deny, _ := reader.deniedBy(rules, p)
					reportNetworks(pass, r, network, deny != nil && deny.rule == r.rule)
				}
			}
			before = append(before, r)
		}
	}
	return nil, nil
}

// aboutPods reports whether a rule lets connections to pods be decided before
// those to addresses.
func aboutPods(r *deciding) bool {
	return slices.ContainsFunc(r.rule.Peers, func(peer *graph.Peer) bool {
		return peer.OfPods() && (r.rule.Action != graph.Deny || anyPod(peer) && r.rule.AllPorts)
	})
}

// holdsPods returns the first network of a rule that holds every address of its
// family, or the configured ones of pods together with others. A network of
// nothing but pods means them.
func holdsPods(options *lint.Options, r *graph.PolicyRule) (netip.Prefix, bool) {
	for _, peer := range r.Peers {
		for _, n := range peer.Networks {
			network := connset.AddressesOf(n)
			if wholeFamily(n) || slices.ContainsFunc(options.PodCIDRs, func(c netip.Prefix) bool {
				return c != n && network.Contains(connset.AddressesOf(c))
			}) {
				return n, true
			}
		}
	}
	return netip.Prefix{}, false
}

func reportNetworks(pass *lint.Pass, r *deciding, network netip.Prefix, reported bool) {
	words := nameWords(r.rule.Name)
	if r.rule.Name == "" {
		words = nameWords(r.policy.Name)
	}
	d := lint.Diagnostic{Object: r.policy.Object, Path: r.rule.Path, Severity: pass.Advisory()}
	if slices.ContainsFunc(words, func(w string) bool { return outsideWords[w] }) || !wholeFamily(network) {
		d.Severity = lint.Warning
	}
	if reported {
		d.Severity = lint.Info
	}
	effect := "denies egress to every pod too"
	if r.rule.Action == graph.Allow {
		effect = "lets the pods reach every pod too, past all NetworkPolicies that isolate them for egress"
	}
	d.Message = fmt.Sprintf("%s of %s names the network %s, which holds pods as well, so it %s", ruleName(r.rule), r.policy, network, effect)
	d.Fixes = []lint.Fix{insertBefore(r, "pass on what goes to pods", map[string]any{
		"name": "pass-pods", "action": "Pass", "to": []any{map[string]any{"namespaces": map[string]any{}}},
	})}
	if r.policy.Object.ID.Kind == "BaselineAdminNetworkPolicy" {
		d.Fixes = nil // has no Pass
	}
	pass.Report(d)
}
