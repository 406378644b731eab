package graph

import (
	"net/netip"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// IsNetworkPolicy reports whether an object is meant to be a NetworkPolicy of
// networking.k8s.io/v1. Those of groups that had the kind once, or that never
// had it, are refused by the API server and read as what their fix makes them.
func IsNetworkPolicy(id manifest.ID) bool {
	switch id.Group() {
	case "networking.k8s.io", "extensions", "", "apps", "networking", "policy":
		return id.Kind == "NetworkPolicy"
	}
	return false
}

// newNetworkPolicy reads a networking.k8s.io/v1 NetworkPolicy with the API
// server's defaults: policyTypes is Ingress, and Egress if there are egress
// rules (pkg/apis/networking/v1/defaults.go); a protocol is TCP.
func newNetworkPolicy(o *manifest.Object) *Policy {
	spec := o.Value.Get("spec")
	p := &Policy{
		Object: o, Name: o.ID.Name, Tier: TierNetworkPolicy,
		Subject:     NewSelector(spec.Get("podSelector")),
		SubjectPath: manifest.Field("spec", "podSelector"),
	}
	types := spec.Get("policyTypes").Items()
	p.ExplicitTypes = len(types) > 0
	for _, d := range Directions {
		rules := spec.Get(d.String())
		side := p.Side(d)
		side.Path = manifest.Field("spec", d.String())
		side.Written = rules.Kind()
		for i, v := range rules.Items() {
			side.Rules = append(side.Rules, newPolicyRule(v, d, side.Path.Item(i)))
		}
		side.Isolates = !p.ExplicitTypes && (d == Ingress || len(side.Rules) > 0)
		for _, t := range types {
			side.Isolates = side.Isolates || strings.EqualFold(t.Text(), d.Type())
		}
	}
	return p
}

func newPolicyRule(v manifest.Value, d Direction, path manifest.Path) *PolicyRule {
	peers := [...]string{"from", "to"}[d]
	r := &PolicyRule{
		Path: path, Direction: d,
		AllPeers: v.Get(peers).Empty(), PeersPath: path.Key(peers),
		AllPorts: v.Get("ports").Empty(), PortsPath: path.Key("ports"),
	}
	for i, peer := range v.Get(peers).Items() {
		r.Peers = append(r.Peers, newPeer(peer, r.PeersPath.Item(i)))
	}
	for i, port := range v.Get("ports").Items() {
		r.Ports = append(r.Ports, newPolicyPort(port, r.PortsPath.Item(i)))
	}
	return r
}

// newPeer reads a NetworkPolicyPeer. Its fields are pointers: null is absent,
// {} is a selector of everything.
func newPeer(v manifest.Value, path manifest.Path) *Peer {
	p := &Peer{Path: path}
	if s := v.Get("namespaceSelector"); s.Kind() == manifest.Map {
		selector := NewSelector(s)
		p.Namespaces = &selector
	}
	if s := v.Get("podSelector"); s.Kind() == manifest.Map {
		selector := NewSelector(s)
		p.Pods = &selector
	}
	if b := v.Get("ipBlock"); b.Kind() == manifest.Map {
		var ok bool
		p.Block, ok = newIPBlock(b)
		p.Invalid = !ok || p.Namespaces != nil || p.Pods != nil
	}
	p.Invalid = p.Invalid || p.Block == nil && p.Namespaces == nil && p.Pods == nil
	return p
}

// newIPBlock reads an IPBlock. A bare address is read as the block that holds
// only it, which is also what a fix writes.
func newIPBlock(v manifest.Value) (*IPBlock, bool) {
	block := &IPBlock{}
	var ok bool
	block.CIDR, ok = parsePrefix(v.Get("cidr").Text())
	for _, e := range v.Get("except").Items() {
		except, valid := parsePrefix(e.Text())
		if ok = ok && valid; valid {
			block.Except = append(block.Except, except)
		}
	}
	return block, ok
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), false
	}
	return netip.Prefix{}, false
}

func newPolicyPort(v manifest.Value, path manifest.Path) PolicyPort {
	p := PolicyPort{Path: path, Protocol: Protocol(strings.ToUpper(string(protocolOf(v.Get("protocol")))))}
	p.Invalid = p.Protocol != TCP && p.Protocol != UDP && p.Protocol != SCTP
	port := v.Get("port")
	switch n, numeric := port.Int(); {
	case port.Empty():
		p.All = true
		p.Invalid = p.Invalid || v.Get("endPort").Exists() && v.Get("endPort").Kind() != manifest.Null
	case numeric:
		p.From, p.To = n, n
		if end, ok := v.Get("endPort").Int(); ok {
			p.To = end
		}
		p.Invalid = p.Invalid || p.From < 1 || p.To > 65535 || p.To < p.From
	default:
		p.Name = port.Text()
		p.Invalid = p.Invalid || !strings.ContainsFunc(p.Name, func(r rune) bool { return r >= 'a' && r <= 'z' })
	}
	return p
}
