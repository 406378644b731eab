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
		var holding []holder
		for _, peer := range rule.Peers {
			for _, address := range metadataAddresses {
				if peer.Block != nil && !peer.Invalid && holds(peer.Block, address) && peer.Block.CIDR.Bits() < address.BitLen() {
					holding = append(holding, holder{peer, address})
				}
			}
		}
		if len(holding) > 0 {
			first := holding[0]
			reportMetadata(pass, p, first.path(), first.peer.Block.CIDR.String()+" holds the address", first.address, holding)
		}
	})
	return nil, nil
}

// holder is a block and the address of a metadata service in it.
type holder struct {
	peer    *graph.Peer
	address netip.Addr
}

func (h holder) path() manifest.Path { return h.peer.Path.Key("ipBlock").Key("cidr") }

// holds reports whether a block matches an address.
func holds(b *graph.IPBlock, a netip.Addr) bool { return addressesOf(b).Has(a) }

// addressesOf returns the addresses that a block matches.
func addressesOf(b *graph.IPBlock) connset.Addresses {
	return connset.AddressesOf(b.CIDR).Minus(connset.AddressesOf(b.Except...))
}

func reportMetadata(pass *lint.Pass, p *graph.Policy, at manifest.Path, why string, address netip.Addr, holding []holder) {
	d := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: at,
		Message: fmt.Sprintf("%s lets %s reach the metadata service of the cloud at %s, which may hand out credentials of the node: %s",
			p, subjectName(p), address, why),
		Witness: reachable(reach.Of(pass), p.Workloads, address, graph.TCP, 80),
	}
	fix := lint.Fix{Message: "leave the address out"}
	for i, h := range holding {
		fix.Ops = append(fix.Ops, exceptOp(p, h.peer, netip.PrefixFrom(h.address, h.address.BitLen())))
		if i > 0 {
			d.Related = append(d.Related, lint.Related{Object: p.Object, Path: h.path(), Message: "holds " + h.address.String() + " as well"})
		}
	}
	if len(fix.Ops) > 0 {
		d.Fixes = []lint.Fix{fix}
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
