package graph

import (
	"net/netip"

	"github.com/nplint/nplint/lint/manifest"
)

// newAdminPolicy reads the cluster-wide policies of policy.networking.k8s.io:
// AdminNetworkPolicy and BaselineAdminNetworkPolicy (v1alpha1, where the former
// is of the admin tier and the latter of the baseline tier) and
// ClusterNetworkPolicy (v1alpha2, whose field tier says it).
func newAdminPolicy(o *manifest.Object) *Policy {
	spec := o.Value.Get("spec")
	p := &Policy{Object: o, Name: o.ID.Name, Tier: TierAdmin}
	if o.ID.Kind == "BaselineAdminNetworkPolicy" || spec.Get("tier").Text() == "Baseline" {
		p.Tier = TierBaseline
	}
	p.Priority, _ = spec.Get("priority").Int()
	p.readSubject(spec.Get("subject"), manifest.Field("spec", "subject"))
	for _, d := range Directions {
		rules := spec.Get(d.String())
		side := p.Side(d)
		side.Path = manifest.Field("spec", d.String())
		side.Written = rules.Kind()
		for i, v := range rules.Items() {
			side.Rules = append(side.Rules, newAdminRule(v, d, side.Path.Item(i)))
		}
	}
	return p
}

// readSubject reads the subject, of which exactly one field may be set. One
// with none or both is rejected; what it would select is a guess.
func (p *Policy) readSubject(v manifest.Value, path manifest.Path) {
	namespaces, pods := v.Get("namespaces"), v.Get("pods")
	p.SubjectPath = path
	var selector Selector
	switch {
	case namespaces.Kind() == manifest.Map:
		selector = NewSelector(namespaces)
		p.SubjectPath = path.Key("namespaces")
		selector.Invalid = selector.Invalid || pods.Kind() == manifest.Map
	case pods.Kind() == manifest.Map:
		selector = NewSelector(pods.Get("namespaceSelector"))
		p.Subject = NewSelector(pods.Get("podSelector"))
		p.SubjectPath = path.Key("pods")
	default:
		selector.Invalid = true
	}
	p.SubjectNamespaces = &selector
}

var actions = map[string]Action{"Allow": Allow, "Accept": Allow, "Deny": Deny, "Pass": Pass}

func newAdminRule(v manifest.Value, d Direction, path manifest.Path) *PolicyRule {
	peers := [...]string{"from", "to"}[d]
	ports := "ports"
	if v.Get("protocols").Exists() {
		ports = "protocols"
	}
	r := &PolicyRule{
		Path: path, Direction: d, Name: v.Get("name").Text(),
		PeersPath: path.Key(peers),
		AllPorts:  v.Get(ports).Empty(), PortsPath: path.Key(ports),
	}
	var known bool
	r.Action, known = actions[v.Get("action").Text()]
	r.Invalid = !known || v.Get(peers).Empty()
	for i, peer := range v.Get(peers).Items() {
		r.Peers = append(r.Peers, newAdminPeer(peer, r.PeersPath.Item(i)))
	}
	for i, port := range v.Get(ports).Items() {
		r.Ports = append(r.Ports, newAdminPort(port, r.PortsPath.Item(i)))
	}
	return r
}

// newAdminPeer reads a peer, of which exactly one field may be set; null is
// absent.
func newAdminPeer(v manifest.Value, path manifest.Path) *Peer {
	p := &Peer{Path: path}
	set := 0
	if n := v.Get("namespaces"); n.Kind() == manifest.Map {
		set++
		p.Namespaces, p.Relative = peerNamespaces(n)
	}
	if pods := v.Get("pods"); pods.Kind() == manifest.Map {
		set++
		n := pods.Get("namespaceSelector")
		if !n.Exists() {
			n = pods.Get("namespaces")
		}
		p.Namespaces, p.Relative = peerNamespaces(n)
		selector := NewSelector(pods.Get("podSelector"))
		p.Pods = &selector
	}
	if n := v.Get("nodes"); n.Kind() == manifest.Map {
		set++
		selector := NewSelector(n)
		p.Nodes = &selector
	}
	if networks := v.Get("networks"); !networks.Empty() {
		set++
		for _, n := range networks.Items() {
			prefix, ok := parsePrefix(n.Text())
			p.Invalid = p.Invalid || !ok
			if prefix != (netip.Prefix{}) {
				p.Networks = append(p.Networks, prefix)
			}
		}
	}
	if domains := v.Get("domainNames"); !domains.Empty() {
		set++
		for _, n := range domains.Items() {
			p.Domains = append(p.Domains, n.Text())
		}
	}
	p.Invalid = p.Invalid || set != 1
	return p
}

// peerNamespaces reads the namespaces of a peer: a selector, which the releases
// up to v0.1.1 of the API wrote below namespaceSelector, beside the relations
// sameLabels and notSameLabels.
func peerNamespaces(v manifest.Value) (s *Selector, relative bool) {
	if v.Get("sameLabels").Exists() || v.Get("notSameLabels").Exists() {
		return &Selector{Invalid: true}, true
	}
	if older := v.Get("namespaceSelector"); older.Exists() {
		v = older
	}
	selector := NewSelector(v)
	return &selector, false
}

// newAdminPort reads an entry of ports (v1alpha1) or of protocols (v1alpha2).
func newAdminPort(v manifest.Value, path manifest.Path) PolicyPort {
	p := PolicyPort{Path: path}
	for _, protocol := range []Protocol{TCP, UDP, SCTP} {
		field := map[Protocol]string{TCP: "tcp", UDP: "udp", SCTP: "sctp"}[protocol]
		if match := v.Get(field); match.Kind() == manifest.Map {
			p.Protocol = protocol
			p.readDestination(match.Get("destinationPort"))
		}
	}
	if number := v.Get("portNumber"); number.Kind() == manifest.Map {
		p.Protocol = protocolOf(number.Get("protocol"))
		p.From, _ = number.Get("port").Int()
		p.To = p.From
	}
	if r := v.Get("portRange"); r.Kind() == manifest.Map {
		p.Protocol = protocolOf(r.Get("protocol"))
		p.readRange(r)
	}
	for _, field := range []string{"namedPort", "destinationNamedPort"} {
		if name := v.Get(field).Text(); name != "" {
			p.Protocol, p.Name = "", name
			p.All, p.From, p.To = false, 0, 0
		}
	}
	known := p.Protocol == TCP || p.Protocol == UDP || p.Protocol == SCTP
	p.Invalid = len(v.Members()) != 1 ||
		p.Name == "" && (!known || p.All || p.From < 1 || p.To > 65535 || p.To < p.From)
	return p
}

// readDestination reads the port of one protocol in v1alpha2. The API server
// rejects a protocol without it; it would mean every port.
func (p *PolicyPort) readDestination(v manifest.Value) {
	if v.Empty() {
		p.All = true
		return
	}
	if n, ok := v.Get("number").Int(); ok {
		p.From, p.To = n, n
	}
	if r := v.Get("range"); r.Kind() == manifest.Map {
		p.readRange(r)
	}
}

func (p *PolicyPort) readRange(v manifest.Value) {
	p.From, _ = v.Get("start").Int()
	p.To, _ = v.Get("end").Int()
}
