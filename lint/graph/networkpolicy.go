package graph

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

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
//
// What the server refuses is read as the fix of the finding writes it, so that
// one slip is not the cause of many findings: a word in whatever case, one item
// without its list, a number in quotes, a range turned round or in one text, a
// bare address. Where a fix could write several things, it is Invalid.
func newNetworkPolicy(o *manifest.Object, known paths) *Policy {
	spec := o.Value.Get("spec")
	p := &Policy{
		Object: o, Name: o.ID.Name, Tier: TierNetworkPolicy,
		Subject:     NewSelector(spec.Get("podSelector")),
		SubjectPath: known.key(specPath, "podSelector"),
	}
	types := texts(spec.Get("policyTypes"))
	p.ExplicitTypes = len(types) > 0
	for _, d := range Directions {
		rules := spec.Get(d.String())
		side := p.Side(d)
		side.Path = known.key(specPath, d.String())
		side.Written = rules.Kind()
		for i, v := range rules.Items() {
			side.Rules = append(side.Rules, newPolicyRule(v, d, known.item(side.Path, i), known))
		}
		side.Isolates = !p.ExplicitTypes && (d == Ingress || len(side.Rules) > 0)
		for _, t := range types {
			side.Isolates = side.Isolates || strings.EqualFold(t, d.Type())
		}
	}
	return p
}

func newPolicyRule(v manifest.Value, d Direction, path manifest.Path, known paths) *PolicyRule {
	peers := [...]string{"from", "to"}[d]
	r := &PolicyRule{
		Path: path, Direction: d,
		AllPeers: v.Get(peers).Empty(), PeersPath: known.key(path, peers),
		AllPorts: v.Get("ports").Empty(), PortsPath: known.key(path, "ports"),
	}
	for i, peer := range v.Get(peers).Items() {
		r.Peers = append(r.Peers, newPeer(peer, known.item(r.PeersPath, i)))
	}
	for i, port := range v.Get("ports").Items() {
		r.Ports = append(r.Ports, newPolicyPort(port, known.item(r.PortsPath, i)))
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

// newIPBlock reads an IPBlock; ok is false if an address cannot be read.
func newIPBlock(v manifest.Value) (block *IPBlock, ok bool) {
	block = &IPBlock{}
	block.CIDR, _ = parsePrefix(v.Get("cidr").Text())
	ok = block.CIDR.IsValid()
	for _, e := range texts(v.Get("except")) {
		except, _ := parsePrefix(e)
		if ok = ok && except.IsValid(); except.IsValid() {
			block.Except = append(block.Except, except)
		}
	}
	return block, ok
}

// parsePrefix returns a block without the bits beyond its length, and the block
// that holds only it for a bare address, which is none.
func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), false
	}
	return netip.Prefix{}, false
}

// texts returns the strings of a list, or of a text that stands for one.
func texts(v manifest.Value) []string {
	var texts []string
	if v.Kind() == manifest.String {
		for item := range strings.SplitSeq(v.Text(), ",") {
			texts = append(texts, strings.TrimSpace(item))
		}
	}
	for _, item := range v.Items() {
		texts = append(texts, item.Text())
	}
	return texts
}

func newPolicyPort(v manifest.Value, path manifest.Path) PolicyPort {
	p := PolicyPort{Path: path, Protocol: Protocol(strings.ToUpper(string(protocolOf(v.Get("protocol")))))}
	p.Invalid = p.Protocol != TCP && p.Protocol != UDP && p.Protocol != SCTP
	port, end := v.Get("port"), v.Get("endPort")
	from, numeric := number(port)
	to, ranged := number(end)
	if bounds := portRange.FindStringSubmatch(port.Text()); bounds != nil && !end.Exists() {
		from, _ = strconv.Atoi(bounds[1])
		to, _ = strconv.Atoi(bounds[2])
		numeric, ranged = true, true
	}
	switch {
	case port.Empty():
		p.All = true
		p.Invalid = p.Invalid || end.Exists() && end.Kind() != manifest.Null
	case numeric:
		p.From, p.To = from, from
		if ranged {
			p.From, p.To = min(from, to), max(from, to)
		}
		p.Invalid = p.Invalid || p.From < 1 || p.To > 65535
	default:
		p.Name = port.Text()
		p.Invalid = p.Invalid || len(validation.IsValidPortName(p.Name)) > 0
	}
	return p
}

// portRange is a range that is written as one text.
var portRange = regexp.MustCompile(`^([0-9]{1,5})-([0-9]{1,5})$`)

// number returns the integer that a value stands for, in quotes or not.
func number(v manifest.Value) (int, bool) {
	if n, ok := v.Int(); ok {
		return n, true
	}
	n, err := strconv.ParseUint(v.Text(), 10, 16)
	return int(n), err == nil && v.Kind() == manifest.String
}
