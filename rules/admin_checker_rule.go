package rules

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// rule checks one rule.
func (c *adminChecker) rule(r *graph.PolicyRule) {
	c.action(r)
	if c.value(r.PeersPath).Empty() {
		c.refuse(c.written(r.PeersPath), nil, "has an %s rule without peers: unlike in a NetworkPolicy, everybody has to be written out", r.Direction)
	}
	c.atMost(r.PeersPath, "peer", len(r.Peers))
	for _, peer := range r.Peers {
		c.peer(r, peer)
	}
	if !c.older && c.value(r.PortsPath).Kind() == manifest.List && len(r.Ports) == 0 {
		c.refuse(r.PortsPath, nil, "has an empty list of protocols")
	}
	c.atMost(r.PortsPath, map[bool]string{true: "port", false: "protocol"}[c.older], len(r.Ports))
	for _, port := range r.Ports {
		c.port(r, port)
	}
}

// actions returns those that the kind has.
func (c *adminChecker) actions() []string {
	switch c.p.Object.ID.Kind {
	case "AdminNetworkPolicy":
		return []string{"Allow", "Deny", "Pass"}
	case "BaselineAdminNetworkPolicy":
		return []string{"Allow", "Deny"}
	}
	return []string{"Accept", "Deny", "Pass"}
}

func (c *adminChecker) action(r *graph.PolicyRule) {
	path := r.Path.Key("action")
	action, known := c.value(path).Text(), c.actions()
	switch {
	case action == "":
		c.refuse(c.written(path), nil, "has an %s rule without action", r.Direction)
	case !slices.Contains(known, action):
		c.refuse(path, c.spelling(path, action, known...), "has a rule with the action %s, and the actions of its kind are %s", action, strings.Join(known, ", "))
	}
}

// spelling fixes what differs from one of the known words in case, and takes
// Allow and Accept for one another.
func (c *adminChecker) spelling(path manifest.Path, written string, known ...string) []lint.Fix {
	for _, word := range known {
		if strings.EqualFold(word, written) || strings.EqualFold(known[0], word) && (strings.EqualFold(written, "Allow") || strings.EqualFold(written, "Accept")) {
			return []lint.Fix{{Message: "write " + word, Ops: []lint.Op{{Object: c.p.Object, Path: path, Kind: lint.Set, Value: word}}}}
		}
	}
	return nil
}

func (c *adminChecker) peer(r *graph.PolicyRule, peer *graph.Peer) {
	v := c.value(peer.Path)
	if n := c.set(peer.Path, "namespaces", "pods", "nodes", "networks", "domainNames"); n != 1 {
		closed := ""
		if n == 0 {
			closed = " (null counts as absent)"
		}
		c.refuse(peer.Path, nil, "has a peer with %s, where there must be one%s", fieldCount(n), closed)
	}
	networks := peer.Path.Key("networks")
	c.atMost(networks, "network", len(v.Get("networks").Items()))
	for i, n := range v.Get("networks").Items() {
		if _, err := netip.ParsePrefix(n.Text()); err != nil {
			c.refuse(networks.Item(i), c.bareAddress(networks.Item(i), n.Text()), "has %q among its networks, which is no CIDR", n.Text())
		}
	}
	domains := peer.Path.Key("domainNames")
	if len(peer.Domains) > 0 && r.Action != graph.Allow && !r.Invalid {
		c.warn(domains, "names domains in a rule that does not %s, and only rules that do may have them", strings.ToLower(c.actions()[0]))
	}
	for i, name := range peer.Domains {
		if !domainName.MatchString(name) {
			c.refuse(domains.Item(i), nil, "has %q among its domain names, which is none: a * may only stand for the first labels", name)
		}
	}
}

// domainName is the pattern of the definition.
var domainName = regexp.MustCompile(`^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$`)

// bareAddress writes an address without a length as the network that holds it
// alone.
func (c *adminChecker) bareAddress(path manifest.Path, text string) []lint.Fix {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return nil
	}
	value := netip.PrefixFrom(a, a.BitLen()).String()
	return []lint.Fix{{Message: "write " + value, Ops: []lint.Op{{Object: c.p.Object, Path: path, Kind: lint.Set, Value: value}}}}
}

func (c *adminChecker) port(r *graph.PolicyRule, port graph.PolicyPort) {
	fields := []string{"tcp", "udp", "sctp", "destinationNamedPort"}
	if c.older {
		fields = []string{"portNumber", "portRange", "namedPort"}
	}
	if n := c.set(port.Path, fields...); n != 1 {
		c.refuse(port.Path, nil, "has an entry of %s with %s, where there must be one of %s", lastKey(port.Path), fieldCount(n), strings.Join(fields, ", "))
		return
	}
	switch {
	case port.Name != "":
		if slices.ContainsFunc(r.Peers, func(p *graph.Peer) bool { return !p.OfPods() && !p.Invalid }) {
			c.warn(port.Path, "names the port %s in a rule for %s, which have no port names, so that for them the rule matches nothing", port.Name, unnamed(r))
		}
	case port.All:
		c.refuse(port.Path, nil, "names a protocol without destinationPort")
	case port.Protocol != graph.TCP && port.Protocol != graph.UDP && port.Protocol != graph.SCTP:
		c.refuse(port.Path, nil, "has the protocol %s, and the protocols are TCP, UDP and SCTP", port.Protocol)
	case port.From < 1 || port.To > 65535:
		c.refuse(port.Path, nil, "has a port outside 1 to 65535")
	case port.From > port.To && c.older:
		c.warn(port.Path, "has a range of ports from %d down to %d, which holds none", port.From, port.To)
	case port.From > port.To || port.From == port.To && c.ranged(port.Path):
		c.refuse(port.Path, nil, "has a range of ports from %d to %d, and the start must be less than the end", port.From, port.To)
	}
}

// ranged reports whether an entry of protocols is written as a range.
func (c *adminChecker) ranged(path manifest.Path) bool {
	v := c.value(path)
	return !c.older && slices.ContainsFunc(v.Members(), func(protocol manifest.Member) bool {
		return protocol.Value.Get("destinationPort").Get("range").Exists()
	})
}

// unnamed says which peers of a rule have no named ports.
func unnamed(r *graph.PolicyRule) string {
	for _, p := range r.Peers {
		switch {
		case p.Nodes != nil:
			return "nodes"
		case len(p.Domains) > 0:
			return "domain names"
		case len(p.Networks) > 0:
			return "networks"
		}
	}
	return "pods"
}
