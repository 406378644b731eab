package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

var egressInternetIncludesCluster = &lint.Rule{
	Name: "egress-internet-includes-cluster",
	Doc: `egress to the Internet reaches the cluster and its network too

A block of 0.0.0.0/0 stands for the Internet in most policies, but holds private
addresses as well: those of nodes, of other systems nearby and, with most plugins,
of every pod of the cluster. Where only the Internet is meant, "except" leaves the
private ranges out: 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16, or fc00::/7.

Silent: where some private range, or the pods' own if they are configured, is left
out; and with --cni cilium, whose blocks match neither pods nor nodes.

Not checked: blocks without ports, which are a finding of their own.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-ipblock-selectors`,
	Severity: lint.Info,
	Tags:     []string{"peers", "exposure"},
	Run:      runEgressInternetIncludesCluster,
}

var (
	privateIPv4 = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	}
	privateIPv6 = []netip.Prefix{netip.MustParsePrefix("fc00::/7")}
)

func runEgressInternetIncludesCluster(pass *lint.Pass) (any, error) {
	if pass.Options.CNI == "cilium" || pass.Options.CNI == "gke-dataplane-v2" {
		return nil, nil
	}
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.Direction == graph.Ingress || rule.AllPorts {
			return
		}
		d := lint.Diagnostic{Object: p.Object}
		fix := lint.Fix{Message: "leave out private addresses"}
		for _, peer := range rule.Peers {
			if !whole(peer) {
				continue
			}
			private := clusterRanges(pass.Options, peer.Block)
			if connset.AddressesOf(peer.Block.Except...).Overlaps(connset.AddressesOf(private...)) {
				continue
			}
			fix.Ops = append(fix.Ops, exceptOp(p, peer, private...))
			path := peer.Path.Key("ipBlock").Key("cidr")
			if d.Path != nil {
				d.Related = append(d.Related, lint.Related{Object: p.Object, Path: path, Message: "nor is this"})
				continue
			}
			d.Path = path
			d.Message = fmt.Sprintf("%s lets %s reach %s on %s, which is not only the Internet: with most plugins it holds every pod and node of the cluster",
				p, subjectName(p), peer.Block.CIDR, portList(rule.Ports))
		}
		if d.Path != nil {
			d.Fixes = []lint.Fix{fix}
			pass.Report(d)
		}
	})
	return nil, nil
}

// clusterRanges returns the ranges of a block's family in which a cluster may be:
// those of its pods where they are configured, else all private ones.
func clusterRanges(options *lint.Options, b *graph.IPBlock) []netip.Prefix {
	is4 := b.CIDR.Addr().Is4()
	configured := slices.DeleteFunc(slices.Clone(options.PodCIDRs), func(r netip.Prefix) bool { return r.Addr().Is4() != is4 })
	switch {
	case len(configured) > 0:
		return configured
	case is4:
		return privateIPv4
	}
	return privateIPv6
}
