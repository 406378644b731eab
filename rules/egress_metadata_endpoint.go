package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var egressMetadataEndpoint = &lint.Rule{
	Name: "egress-metadata-endpoint",
	Doc: `egress reaches the cloud's metadata service

Clouds answer requests to 169.254.169.254 (and fd00:ec2::254) with facts about the
node, often with credentials of its role. A block that happens to hold the address,
such as 0.0.0.0/0, lets pods ask for them on port 80; an "except" leaves it out. It
is legal and often not known of, hence info, and a warning in the preset strict.
Some plugins do not hold back what pods send to this address, whatever policies say.

Silent: for a block of this one address, which is deliberate, and with
--cni gke-dataplane-v2, where pods need it for their own identity.

Not checked: rules that allow everything, which are a finding of their own.

https://kubernetes.io/docs/tasks/administer-cluster/securing-a-cluster/#restricting-cloud-metadata-api-access`,
	Severity: lint.Info,
	Tags:     []string{"exposure"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runEgressMetadataEndpoint,
}

var metadataAddresses = []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("fd00:ec2::254")}

func runEgressMetadataEndpoint(pass *lint.Pass) (any, error) {
	if strings.HasPrefix(pass.Options.CNI, "gke") {
		return nil, nil
	}
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.Direction == graph.Ingress || rule.AllowsAll() || !rule.AllowsPort(graph.TCP, 80, "http") {
			return
		}
		if rule.AllPeers && !p.Object.Value.At(rule.PeersPath).Exists() {
			reportMetadata(pass, p, rule.Path, "on port 80 it reaches any address", metadataAddresses[0], nil)
		}
		for _, peer := range rule.Peers {
			for _, address := range metadataAddresses {
				if peer.Block != nil && !peer.Invalid && holds(peer.Block, address) && peer.Block.CIDR.Bits() < address.BitLen() {
					reportMetadata(pass, p, peer.Path.Key("ipBlock").Key("cidr"), peer.Block.CIDR.String()+" holds the address", address, peer)
				}
			}
		}
	})
	return nil, nil
}

// holds reports whether a block matches an address.
func holds(b *graph.IPBlock, a netip.Addr) bool { return addressesOf(b).Has(a) }

// addressesOf returns the addresses that a block matches.
func addressesOf(b *graph.IPBlock) connset.Addresses {
	return connset.AddressesOf(b.CIDR).Minus(connset.AddressesOf(b.Except...))
}

func reportMetadata(pass *lint.Pass, p *graph.Policy, at manifest.Path, why string, address netip.Addr, peer *graph.Peer) {
	d := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: at,
		Message: fmt.Sprintf("%s lets %s reach the metadata service of the cloud at %s, which may hand out credentials of the node: %s",
			p, subjectName(p), address, why),
		Witness: reachable(reach.Of(pass), p.Workloads, address, graph.TCP, 80),
	}
	if peer != nil {
		d.Fixes = []lint.Fix{{Message: "except " + address.String(), Ops: []lint.Op{
			exceptOp(p, peer, netip.PrefixFrom(address, address.BitLen())),
		}}}
	}
	pass.Report(d)
}

// exceptOp adds ranges to what a block leaves out.
func exceptOp(p *graph.Policy, peer *graph.Peer, ranges ...netip.Prefix) lint.Op {
	path := peer.Path.Key("ipBlock").Key("except")
	if len(ranges) == 1 && !p.Object.Value.At(path).Empty() {
		return lint.Op{Object: p.Object, Path: path, Kind: lint.Insert, Value: ranges[0].String()}
	}
	var all []any
	for _, r := range append(slices.Clone(peer.Block.Except), ranges...) {
		all = append(all, r.String())
	}
	return lint.Op{Object: p.Object, Path: path, Kind: lint.Set, Value: all}
}
