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
	Object *manifest.Object
	Name   string
	// Namespace is nil for a policy of the admin or of the baseline tier.
	Namespace *Namespace
	Tier      Tier
	// Priority orders the policies of the admin and of the baseline tier; the
	// lower one decides first. Of two with one priority either may.
	Priority int
	// Subject selects the pods that the policy applies to: those of its own
	// namespace, or of the ones that SubjectNamespaces selects.
	Subject     Selector
	SubjectPath manifest.Path
	// SubjectNamespaces is nil for a NetworkPolicy. Pods on the host network are
	// no subject of a policy that has it.
	SubjectNamespaces *Selector
	// ExplicitTypes says that policyTypes is written and not empty; otherwise
	// the directions follow from the rules.
	ExplicitTypes bool
	// Workloads are the known workloads that the subject selects.
	Workloads []*Workload

	sides [2]Side
}

// String returns the name as messages quote it: shop/web-allow, or
// ClusterNetworkPolicy/guard where there is no namespace.
func (p *Policy) String() string {
	if p.Namespace == nil {
		return p.Object.ID.Kind + "/" + p.Name
	}
	return p.Namespace.qualify(p.Name)
}

// Side returns one direction of the policy.
func (p *Policy) Side(d Direction) *Side { return &p.sides[d] }

// DeniesAll reports whether the policy isolates its subject in a direction and
// allows nothing there.
func (p *Policy) DeniesAll(d Direction) bool {
	return p.sides[d].Isolates && len(p.sides[d].Rules) == 0
}

// Side is what a policy says about one direction.
//
// The rules of a NetworkPolicy all allow, in no order. Those of the admin and
// of the baseline tier stand in order: the first that matches decides, and
// where none does the next policy is asked.
type Side struct {
	// Isolates says that the direction is one of the effective policyTypes, so
	// that the subject's pods may be reached, or reach others, only as some
	// policy's rules allow. It is never true of the admin and baseline tiers.
	Isolates bool
	// Rules are the written rules. Those of a NetworkPolicy do nothing where the
	// side does not isolate.
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
	Name      string // "" where none is written
	// Invalid says that the API server rejects the rule of an admin or baseline
	// policy: it has no peers, or an action that does not exist.
	Invalid bool
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
		if p.Matches(protocol, number) || name != "" && p.Name == name && (p.Protocol == protocol || p.Protocol == "") {
			return true
		}
	}
	return false
}

// Peer is one entry of from or to. Exactly one reading holds: pods, addresses
// or nodes. Pods are of the policy's own namespace where Namespaces is nil, and
// all pods of the namespaces where Pods is nil.
type Peer struct {
	Path       manifest.Path
	Namespaces *Selector
	Pods       *Selector
	// Block is the addresses of a NetworkPolicy, meant for those outside the
	// cluster.
	Block *IPBlock
	// Networks, Nodes and Domains stand in egress rules of the admin and
	// baseline tiers: ranges of addresses, which hold for pods too; nodes by
	// their labels; and DNS names.
	Networks []netip.Prefix
	Nodes    *Selector
	Domains  []string
	// Relative says that the namespaces are selected by how their labels relate
	// to those of the subject's namespace (sameLabels and notSameLabels of early
	// releases), which is not evaluated: any namespace may match. Namespaces is
	// then invalid, as a selector is whose matches are a guess.
	Relative bool
	// Invalid says that the API server rejects the peer: nothing in it, or an
	// ipBlock beside a selector, or a CIDR that does not parse. A rule of the
	// admin and baseline tiers whose peer has no known field, as one of a later
	// release may, has to fail closed: it allows nothing, and denies everything
	// where it would deny or pass.
	Invalid bool
}

// Local reports whether the peer means pods of the policy's own namespace.
func (p *Peer) Local() bool { return p.Block == nil && p.Namespaces == nil && p.Pods != nil }

// OfPods reports whether the peer selects pods by labels.
func (p *Peer) OfPods() bool { return p.Block == nil && (p.Namespaces != nil || p.Pods != nil) }

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

// PolicyPort is one entry of ports, or of protocols.
type PolicyPort struct {
	Path manifest.Path
	// Protocol is "" for a name that holds for every protocol, as it does in the
	// admin and baseline tiers.
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
