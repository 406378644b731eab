package graph

import (
	"net/netip"

	"github.com/nplint/nplint/lint/manifest"
)

// Direction is the direction of a connection as its subject sees it.
type Direction uint8

// The directions.
const (
	Ingress Direction = iota
	Egress
)

// Directions lists both, for loops.
var Directions = [...]Direction{Ingress, Egress}

// String returns the direction in lower case, as the policy's field is spelt.
func (d Direction) String() string { return [...]string{"ingress", "egress"}[d] }

// Type returns the direction as policyTypes spells it.
func (d Direction) Type() string { return [...]string{"Ingress", "Egress"}[d] }

// Tier is the precedence of a policy.
type Tier uint8

// The tiers, in the order in which they decide.
const (
	TierAdmin Tier = iota
	TierNetworkPolicy
	TierBaseline
)

// Action is what a policy rule does with the connections that it matches.
type Action uint8

// The actions. The rules of a NetworkPolicy all allow.
const (
	Allow Action = iota
	Deny
	Pass
)

// Protocol is TCP, UDP or SCTP.
type Protocol string

// The protocols that policies know.
const (
	TCP  Protocol = "TCP"
	UDP  Protocol = "UDP"
	SCTP Protocol = "SCTP"
)

// protocolOf reads a protocol field; an absent one is TCP.
func protocolOf(v manifest.Value) Protocol {
	if v.Text() == "" {
		return TCP
	}
	return Protocol(v.Text())
}

// Policy is one policy of any API: for the pods of its subject, an ordered or
// unordered list of rules per direction.
type Policy struct {
	Object    *manifest.Object
	Name      string
	Namespace *Namespace
	Tier      Tier
	// Subject selects the pods, of the policy's namespace, that it applies to.
	Subject     Selector
	SubjectPath manifest.Path
	// ExplicitTypes says that policyTypes is written and not empty; otherwise
	// the directions follow from the rules.
	ExplicitTypes bool
	// Workloads are the known workloads that the subject selects.
	Workloads []*Workload

	sides [2]Side
}

// String returns the name as messages quote it: shop/web-allow.
func (p *Policy) String() string { return p.Namespace.qualify(p.Name) }

// Side returns one direction of the policy.
func (p *Policy) Side(d Direction) *Side { return &p.sides[d] }

// DeniesAll reports whether the policy isolates its subject in a direction and
// allows nothing there.
func (p *Policy) DeniesAll(d Direction) bool {
	return p.sides[d].Isolates && len(p.sides[d].Rules) == 0
}

// Side is what a policy says about one direction.
type Side struct {
	// Isolates says that the direction is one of the effective policyTypes, so
	// that the subject's pods may be reached, or reach others, only as some
	// policy's rules allow.
	Isolates bool
	// Rules are the written rules. They do nothing where the side does not
	// isolate.
	Rules []*PolicyRule
	// Path is the field of the rules, Written what stands there.
	Path    manifest.Path
	Written manifest.ValueKind
}

// PolicyRule is one entry of ingress or egress.
type PolicyRule struct {
	Path      manifest.Path
	Direction Direction
	Action    Action
	// AllPeers says that no peers are listed, which matches everything inside
	// and outside the cluster; then Peers is empty.
	AllPeers  bool
	Peers     []*Peer
	PeersPath manifest.Path
	// AllPorts says that no ports are listed; then Ports is empty.
	AllPorts  bool
	Ports     []PolicyPort
	PortsPath manifest.Path
}

// AllowsAll reports whether the rule allows every connection of its direction.
func (r *PolicyRule) AllowsAll() bool { return r.Action == Allow && r.AllPeers && r.AllPorts }

// AllowsPort reports whether the rule names a port, with some peer or other,
// or lists no ports. Named ports are compared by name only if name is not "".
func (r *PolicyRule) AllowsPort(protocol Protocol, number int, name string) bool {
	if r.AllPorts {
		return true
	}
	for _, p := range r.Ports {
		if p.Matches(protocol, number) || name != "" && p.Name == name && p.Protocol == protocol {
			return true
		}
	}
	return false
}

// Peer is one entry of from or to. Exactly one reading holds: an IP block, or
// pods; pods are of the policy's own namespace where Namespaces is nil, and all
// pods of the namespaces where Pods is nil.
type Peer struct {
	Path       manifest.Path
	Namespaces *Selector
	Pods       *Selector
	Block      *IPBlock
	// Invalid says that the API server rejects the peer: nothing in it, or an
	// ipBlock beside a selector, or a CIDR that does not parse.
	Invalid bool
}

// Local reports whether the peer means pods of the policy's own namespace.
func (p *Peer) Local() bool { return p.Block == nil && p.Namespaces == nil && p.Pods != nil }

// PodSelector returns the selector of the peer's pods; an absent one selects
// all.
func (p *Peer) PodSelector() Selector {
	if p.Pods == nil {
		return Selector{}
	}
	return *p.Pods
}

// IPBlock is a range of addresses and the holes in it.
type IPBlock struct {
	CIDR   netip.Prefix
	Except []netip.Prefix
}

// PolicyPort is one entry of ports.
type PolicyPort struct {
	Path     manifest.Path
	Protocol Protocol
	// All says that no port is written: every port of the protocol.
	All bool
	// From and To are the numeric range; both are 0 for a named port.
	From, To int
	// Name is resolved by the containers of the pods that receive the
	// connection.
	Name string
	// Invalid says that the API server rejects the entry.
	Invalid bool
}

// Matches reports whether the entry holds a numeric port.
func (p PolicyPort) Matches(protocol Protocol, number int) bool {
	return p.Protocol == protocol && (p.All || p.Name == "" && p.From <= number && number <= p.To)
}
