package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var ipblockSingleFamily = &lint.Rule{
	Name: "ipblock-single-family",
	Doc: `every address of one family in a cluster of two

A block of 0.0.0.0/0 holds every IPv4 address and no IPv6 address; ::/0 is the other
way round. In a cluster with both, clients and servers that are reached over the
other family stay cut off.

Reported where a Service of the input asks for both families or for the one that is
missing, or where the ranges of pods in the configuration are of both.

Silent: where another rule of the policy admits the other family.

https://kubernetes.io/docs/concepts/services-networking/dual-stack/`,
	Severity: lint.Info,
	Tags:     []string{"peers"},
	Run:      runIPBlockSingleFamily,
}

func runIPBlockSingleFamily(pass *lint.Pass) (any, error) {
	var families [2]bool // IPv4, IPv6
	for _, r := range pass.Options.PodCIDRs {
		families[family(r.Addr().Is4())] = true
	}
	for _, s := range pass.Graph.Services {
		spec := s.Object.Value.Get("spec")
		both := spec.Get("ipFamilyPolicy").Text() == "RequireDualStack"
		for _, f := range spec.Get("ipFamilies").Items() {
			families[family(f.Text() == "IPv4")] = true
		}
		for _, a := range append(spec.Get("clusterIPs").Items(), spec.Get("clusterIP")) {
			if text := a.Text(); text != "" && text != "None" {
				families[family(!strings.Contains(text, ":"))] = true
			}
		}
		families[0], families[1] = families[0] || both, families[1] || both
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if !whole(peer) {
			return
		}
		is4 := peer.Block.CIDR.Addr().Is4()
		if !families[family(!is4)] || admitsFamily(p.Side(rule.Direction).Rules, !is4) {
			return
		}
		other := [...]string{"0.0.0.0/0", "::/0"}[family(!is4)]
		pass.Report(lint.Diagnostic{
			Object: p.Object, Path: peer.Path.Key("ipBlock").Key("cidr"),
			Message: fmt.Sprintf("a peer of %s is %s, which holds no %s address, while the cluster has them; %s is not admitted",
				p, peer.Block.CIDR, [...]string{"IPv4", "IPv6"}[family(!is4)], other),
			Fixes: []lint.Fix{{Message: "admit " + other + " too", Ops: []lint.Op{{
				Object: p.Object, Path: rule.PeersPath, Kind: lint.Insert, Value: map[string]any{"ipBlock": map[string]any{"cidr": other}},
			}}}},
		})
	})
	return nil, nil
}

func family(is4 bool) int {
	if is4 {
		return 0
	}
	return 1
}

// whole reports whether a peer is a block of every address of its family.
func whole(peer *graph.Peer) bool {
	return peer.Block != nil && !peer.Invalid && peer.Block.CIDR.Bits() == 0
}

// admitsFamily reports whether one of some rules has a block of a family, or no
// peers.
func admitsFamily(rules []*graph.PolicyRule, is4 bool) bool {
	return slices.ContainsFunc(rules, func(r *graph.PolicyRule) bool {
		return r.AllPeers || slices.ContainsFunc(r.Peers, func(peer *graph.Peer) bool {
			return peer.Block != nil && !peer.Invalid && peer.Block.CIDR.Addr().Is4() == is4
		})
	})
}
