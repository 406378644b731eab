package reach_test

import (
	"cmp"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The oracle decides one connection at a time, in a world in which all objects
// are known, by doing what the comments of the API types say. It shares no type
// with the engine. What the API or the input leaves open is a choice; a
// question is asked under all of them.

// end is one end of a connection: exactly one of pod, node and addr.
type end struct {
	pod  *pod
	node *node
	addr netip.Addr
}

type question struct {
	src, dst end
	protocol string // TCP, UDP, SCTP or OTHER
	port     int32
}

const ( // choices
	blockPods  = 1 << iota // an ipBlock matches the addresses of pods
	blockNodes             // an ipBlock matches the addresses of nodes
	hostPods               // NetworkPolicy treats pods on the host's network as pods
	initPorts              // named ports of init containers that end count
	toOwnNode              // a pod reaches its own node whatever policies say
	resolved               // the address is one that the domainNames stand for
	sameNode               // both ends are on one node, where nobody says
)

// outcome is a set of allow and deny: both where any policy may be applied.
type outcome uint8

const (
	allow outcome = 1 << iota
	deny
)

// side is a question as the policies of one end see it.
type side struct {
	*world
	question
	choice int
	egress bool
	self   *pod // nil where no policy can bind the end
	peer   end
	addr   netip.Addr // of the peer
	labels labels.Set // of a node whose labels nobody says
}

func (s *side) is(choice int) bool { return s.choice&choice != 0 }

// decide asks admin policies first, then NetworkPolicies if one isolates the
// pod, else baseline policies; else all is allowed.
func (s *side) decide() outcome {
	if s.self == nil || s.self == s.peer.pod || s.ownNode() && (!s.egress || s.is(toOwnNode)) {
		return allow
	}
	return s.tier("Admin", func() outcome {
		if isolated, allowed := s.networkPolicies(); !isolated {
			return s.tier("Baseline", func() outcome { return allow })
		} else if allowed {
			return allow
		}
		return deny
	})
}

// ownNode reports whether the peer is the node that the pod runs on, or a pod
// that is to NetworkPolicy no more than that node's address.
func (s *side) ownNode() bool {
	var other string
	switch {
	case s.peer.node != nil:
		other = s.peer.node.name
	case s.peer.pod != nil && s.peer.pod.host && !s.is(hostPods):
		other = s.peer.pod.node
	default:
		return false
	}
	return s.is(sameNode) && (other == "" || s.self.node == "") || other == s.self.node && other != ""
}

func (s *side) networkPolicies() (isolated, allowed bool) {
	if s.self.host && !s.is(hostPods) {
		return false, false
	}
	for _, p := range s.policies[s.self.namespace] {
		spec, direction := &p.Spec, netv1.PolicyTypeIngress
		if s.egress {
			direction = netv1.PolicyTypeEgress
		}
		applies := slices.Contains(spec.PolicyTypes, direction) ||
			len(spec.PolicyTypes) == 0 && (!s.egress || len(spec.Egress) > 0)
		if !applies || !s.matches(&spec.PodSelector, s.self.labels) {
			continue
		}
		isolated = true
		for _, r := range spec.Ingress {
			allowed = allowed || !s.egress && s.peers(r.From, p.Namespace) && s.ports(r.Ports)
		}
		for _, r := range spec.Egress {
			allowed = allowed || s.egress && s.peers(r.To, p.Namespace) && s.ports(r.Ports)
		}
	}
	return isolated, allowed
}

func (s *side) peers(list []netv1.NetworkPolicyPeer, namespace string) bool {
	pod := s.peer.pod
	if pod != nil && pod.host && !s.is(hostPods) {
		pod = nil
	}
	return len(list) == 0 || slices.ContainsFunc(list, func(p netv1.NetworkPolicyPeer) bool {
		switch {
		case p.IPBlock != nil:
			seen := s.peer.addr.IsValid() || pod != nil && s.is(blockPods) || pod == nil && s.is(blockNodes)
			return seen && s.within(p.IPBlock.CIDR, s.addr) &&
				!slices.ContainsFunc(p.IPBlock.Except, func(e string) bool { return s.within(e, s.addr) })
		case pod == nil || p.NamespaceSelector == nil && pod.namespace != namespace:
			return false
		}
		return (p.NamespaceSelector == nil || s.matches(p.NamespaceSelector, s.namespaces[pod.namespace])) &&
			(p.PodSelector == nil || s.matches(p.PodSelector, pod.labels))
	})
}

func (s *side) ports(list []netv1.NetworkPolicyPort) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(p netv1.NetworkPolicyPort) bool {
		protocol := corev1.ProtocolTCP
		if p.Protocol != nil {
			protocol = *p.Protocol
		}
		switch {
		case string(protocol) != s.protocol:
			return false
		case p.Port == nil:
			return true
		case p.Port.Type == intstr.String:
			return s.named(p.Port.StrVal)
		case p.EndPort != nil:
			return p.Port.IntVal <= s.port && s.port <= *p.EndPort
		}
		return p.Port.IntVal == s.port
	})
}

// named reports whether the pod that is called has a port of that name with the
// connection's protocol and number.
func (s *side) named(name string) bool {
	called := s.dst.pod
	return called != nil && (!called.host || s.is(hostPods)) &&
		(slices.ContainsFunc(called.ports, func(p corev1.ContainerPort) bool { return s.declares(p, name) }) ||
			s.is(initPorts) && slices.ContainsFunc(called.initPorts, func(p corev1.ContainerPort) bool { return s.declares(p, name) }))
}

func (s *side) declares(p corev1.ContainerPort, name string) bool {
	return p.Name == name && p.ContainerPort == s.port && cmp.Or(string(p.Protocol), "TCP") == s.protocol
}

// tier asks the policies of a tier in the order of their priorities, and next
// where none decides. Of equals that match, any may be applied.
func (s *side) tier(name string, next func() outcome) (result outcome) {
	for i, p := range s.admin {
		if result != 0 && p.Spec.Priority != s.admin[i-1].Spec.Priority {
			break
		}
		if p.Spec.Tier != name || s.self.host || !s.selects(p.Spec.Subject, s.self) {
			continue
		}
		rules := p.Spec.Ingress
		if s.egress {
			rules = p.Spec.Egress
		}
		for _, r := range rules {
			if action := s.action(r); action == "Accept" || action == "Allow" {
				result |= allow
			} else if action == "Deny" {
				result |= deny
			} else if action == "Pass" {
				result |= next()
			} else {
				continue
			}
			break
		}
	}
	if result == 0 {
		return next()
	}
	return result
}

// action returns what a rule does to the connection, "" if it does not match.
// A rule with a peer that this version does not know fails closed.
func (s *side) action(r adminRule) string {
	hit := false
	peers := r.From
	if s.egress {
		peers = r.To
	}
	for _, p := range peers {
		if p.Namespaces == nil && p.Pods == nil && p.Nodes == nil && len(p.Networks)+len(p.DomainNames) == 0 {
			return map[string]string{"Deny": "Deny", "Pass": "Deny"}[r.Action]
		}
		hit = hit || s.peer.pod != nil && !s.peer.pod.host && s.selects(p, s.peer.pod) ||
			p.Nodes != nil && s.onNodes(p.Nodes) ||
			slices.ContainsFunc(p.Networks, func(n string) bool { return s.within(n, s.addr) }) ||
			len(p.DomainNames) > 0 && s.is(resolved) && s.peer.addr.IsValid()
	}
	if hit && (len(r.Ports)+len(r.Protocols) == 0 || slices.ContainsFunc(r.Ports, s.portV1Alpha1) || slices.ContainsFunc(r.Protocols, s.portV1Alpha2)) {
		return r.Action
	}
	return ""
}

func (s *side) portV1Alpha1(p portV1Alpha1) bool {
	n, r := p.PortNumber, p.PortRange
	return p.NamedPort != "" && s.named(p.NamedPort) ||
		n != nil && cmp.Or(n.Protocol, "TCP") == s.protocol && n.Port == s.port ||
		r != nil && cmp.Or(r.Protocol, "TCP") == s.protocol && r.Start <= s.port && s.port <= r.End
}

func (s *side) portV1Alpha2(p portV1Alpha2) bool {
	if p.DestinationNamedPort != "" {
		return s.named(p.DestinationNamedPort)
	}
	t := p.TCP
	switch s.protocol {
	case "UDP":
		t = p.UDP
	case "SCTP":
		t = p.SCTP
	case "OTHER":
		t = nil
	}
	if t == nil || t.DestinationPort == nil {
		return t != nil
	}
	port := t.DestinationPort
	return port.Number == s.port || port.Range != nil && port.Range.Start <= s.port && s.port <= port.Range.End
}

func (s *side) onNodes(selector *metav1.LabelSelector) bool {
	n := s.peer.node
	if s.peer.pod != nil && s.peer.pod.host {
		n = &node{name: s.peer.pod.node}
		if i := slices.IndexFunc(s.nodes, func(known *node) bool { return known.name == n.name }); i >= 0 {
			n = s.nodes[i]
		}
	}
	if n == nil || n.labels != nil {
		return n != nil && s.matches(selector, n.labels)
	}
	return s.matches(selector, s.labels)
}

func (s *side) selects(p adminPeer, of *pod) bool {
	return p.Namespaces != nil && s.matches(p.Namespaces, s.namespaces[of.namespace]) ||
		p.Pods != nil && s.matches(&p.Pods.NamespaceSelector, s.namespaces[of.namespace]) && s.matches(&p.Pods.PodSelector, of.labels)
}

func (w *world) matches(s *metav1.LabelSelector, set labels.Set) bool {
	if w.selectors[s] == nil {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			panic(err)
		}
		w.selectors[s] = selector
	}
	return w.selectors[s].Matches(set)
}

func (w *world) within(cidr string, a netip.Addr) bool {
	p, known := w.prefixes[cidr]
	if !known {
		p = netip.MustParsePrefix(cidr)
		w.prefixes[cidr] = p
	}
	return p.Contains(a)
}
