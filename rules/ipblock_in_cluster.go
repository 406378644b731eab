package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var ipblockInCluster = &lint.Rule{
	Name: "ipblock-in-cluster",
	Doc: `ipBlock with addresses of the cluster

Blocks are meant for addresses outside the cluster. Those of pods do not last, and
some plugins match no pod by its address. The address of a Service is rewritten to
that of a pod before most plugins look, so that a block of it matches nothing.
Select the pods instead.

Reported are addresses of Services of the input, those that installers give to the
Services of the API server and of DNS, on their ports, and what lies within the
ranges of pods and Services that the configuration names. It is info for a block that holds
a whole configured range of pods beside others.

It is only possible, because the order of rewriting and filtering is left to the
plugin.

Silent: for blocks of everything, and where "except" leaves the range out.

Not checked: clusters whose ranges are not configured, and addresses that no peer
can have.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-ipblock-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runIPBlockInCluster,
}

func runIPBlockInCluster(pass *lint.Pass) (any, error) {
	services := clusterIPs(pass.Graph)
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Block == nil || peer.Invalid || peer.Block.CIDR.Bits() == 0 {
			return
		}
		d := lint.Diagnostic{Certainty: lint.Possible, Object: p.Object, Path: peer.Path.Key("ipBlock").Key("cidr")}
		block := peer.Block.CIDR
		switch s := services[block.Addr()]; {
		case s != nil && block.IsSingleIP():
			d.Message = fmt.Sprintf("a peer of %s is %s, the address of %s, which is rewritten to that of a pod before most plugins look, so it matches nothing", p, block, s)
			d.Related = []lint.Related{{Object: s.Object, Path: manifest.Field("spec", "clusterIP"), Message: "address of " + s.String()}}
			d.Fixes = selectInstead(p, peer, s)
		case within(block, pass.Options.ServiceCIDRs).IsValid():
			d.Message = fmt.Sprintf("a peer of %s is %s, within %s of Services, whose addresses are rewritten to those of pods before most plugins look, so it matches nothing",
				p, block, within(block, pass.Options.ServiceCIDRs))
		case within(block, pass.Options.PodCIDRs).IsValid():
			d.Message = fmt.Sprintf("a peer of %s is %s, within %s of pods, whose addresses do not last and are not matched by some plugins",
				p, block, within(block, pass.Options.PodCIDRs))
		case usualAddress(peer.Block, rule) != "" && len(rule.Peers) == 1:
			d.Message = fmt.Sprintf("a peer of %s is %s, %s, which is rewritten to that of a server before most plugins look, so it matches nothing",
				p, block, usualAddress(peer.Block, rule))
		default:
			pods := heldBy(peer.Block, pass.Options.PodCIDRs)
			if !pods.IsValid() {
				return
			}
			d.Severity = lint.Info
			d.Message = fmt.Sprintf("a peer of %s is %s, which holds %s of pods: some plugins match them by it and others do not", p, block, pods)
		}
		pass.Report(d)
	})
	return nil, nil
}

// clusterIPs returns the Services of the input by their addresses.
func clusterIPs(g *graph.Graph) map[netip.Addr]*graph.Service {
	found := map[netip.Addr]*graph.Service{}
	for _, s := range g.Services {
		spec := s.Object.Value.Get("spec")
		for _, v := range append(spec.Get("clusterIPs").Items(), spec.Get("clusterIP")) {
			if a, err := netip.ParseAddr(v.Text()); err == nil {
				found[a] = s
			}
		}
	}
	return found
}

// installers give their clusters these ranges of Services; the first address is
// that of the API server, the tenth that of DNS.
var installers = map[string]string{
	"10.96.0.": "kubeadm", "10.43.0.": "K3s and RKE2", "10.100.0.": "EKS", "172.20.0.": "EKS", "10.152.183.": "MicroK8s",
}

// usualAddress says of which Service a block is the address in the clusters of an
// installer, if a rule admits the Service's port; "" if of none.
func usualAddress(b *graph.IPBlock, rule *graph.PolicyRule) string {
	address := b.CIDR.Addr().String()
	dot := strings.LastIndexByte(address, '.') + 1
	installer := installers[address[:dot]]
	switch {
	case installer == "" || !b.CIDR.IsSingleIP() || rule.AllPorts:
	case address[dot:] == "1" && rule.AllowsPort(graph.TCP, 443, ""):
		return "the address of the Service of the API server in clusters of " + installer
	case address[dot:] == "10" && (rule.AllowsPort(graph.UDP, 53, "") || rule.AllowsPort(graph.TCP, 53, "")):
		return "the address of the DNS Service in clusters of " + installer
	}
	return ""
}

// within returns the range that holds all of a block, the zero Prefix if none
// does.
func within(block netip.Prefix, ranges []netip.Prefix) netip.Prefix {
	for _, r := range ranges {
		if r.Overlaps(block) && r.Bits() <= block.Bits() {
			return r
		}
	}
	return netip.Prefix{}
}

// heldBy returns the range of which a block matches some addresses, the zero
// Prefix if there is none.
func heldBy(b *graph.IPBlock, ranges []netip.Prefix) netip.Prefix {
	for _, r := range ranges {
		if addressesOf(b).Overlaps(connset.AddressesOf(r)) {
			return r
		}
	}
	return netip.Prefix{}
}

// selectInstead replaces a block by the pods that a Service selects.
func selectInstead(p *graph.Policy, peer *graph.Peer, s *graph.Service) []lint.Fix {
	if s.Selector == nil || p.Namespace.Symbolic() != s.Namespace.Symbolic() {
		return nil
	}
	labels := map[string]any{}
	for key, value := range s.Selector.Labels() {
		labels[key] = value
	}
	pods := map[string]any{"podSelector": map[string]any{"matchLabels": labels}}
	if s.Namespace != p.Namespace {
		pods["namespaceSelector"] = map[string]any{"matchLabels": map[string]any{graph.NameLabel: s.Namespace.Name}}
	}
	return []lint.Fix{{
		Message: "select the pods of " + s.String(),
		Ops:     []lint.Op{{Object: p.Object, Path: peer.Path, Kind: lint.Set, Value: pods}},
	}}
}
