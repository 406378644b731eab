package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var exceptReopened = &lint.Rule{
	Name: "except-reopened",
	Doc: `exception of an ipBlock that another rule admits

Policies only add. A range that "except" leaves out of one block is admitted all the
same if another block, of this policy or of another one for the same pods, holds it on
the same ports. Then the exception has no effect.

Silent: where only a part of the range, or only some of the ports, is admitted
elsewhere, which may be an exception to the exception; and for rules that allow
everything, which are a finding of their own.

Not checked: rules for named ports, and pods in the range that other rules select.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-ipblock-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"peers", "redundancy"},
	Score:    4.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runExceptReopened,
}

func runExceptReopened(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		for _, d := range graph.Directions {
			var admitting, excepting []*graph.Policy
			for _, p := range n.Policies {
				if !p.Side(d).Isolates {
					continue
				}
				if slices.ContainsFunc(p.Side(d).Rules, admitsAddresses) {
					admitting = append(admitting, p)
				}
				if slices.ContainsFunc(p.Side(d).Rules, excepts) {
					excepting = append(excepting, p)
				}
			}
			if len(excepting) == 0 {
				continue
			}
			index := indexSubjects(admitting)
			for _, p := range excepting {
				checkExceptions(pass, p, d, admittingOf(slices.AppendSeq([]*graph.Policy{p}, index.containing(p)), d))
			}
		}
	}
	return nil, nil
}

// admitsAddresses reports whether a rule admits addresses on certain ports, or
// certain addresses.
func admitsAddresses(rule *graph.PolicyRule) bool {
	return !rule.AllowsAll() && (rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Block != nil && !peer.Invalid }))
}

func excepts(rule *graph.PolicyRule) bool {
	return slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool {
		return peer.Block != nil && !peer.Invalid && len(peer.Block.Except) > 0
	})
}

// admittingRule is a rule that admits addresses.
type admittingRule struct {
	policy *graph.Policy
	rule   *graph.PolicyRule
	ports  connset.Set
	blocks connset.Addresses // of all its peers
}

func admittingOf(policies []*graph.Policy, d graph.Direction) []admittingRule {
	var all []admittingRule
	for _, p := range policies {
		for _, rule := range p.Side(d).Rules {
			if !admitsAddresses(rule) {
				continue
			}
			var blocks []connset.Addresses
			for _, peer := range rule.Peers {
				if peer.Block != nil && !peer.Invalid {
					blocks = append(blocks, addressesOf(peer.Block))
				}
			}
			ports, _ := portsOf(rule)
			all = append(all, admittingRule{p, rule, ports, connset.UnionAddresses(blocks...)})
		}
	}
	return all
}

func checkExceptions(pass *lint.Pass, p *graph.Policy, d graph.Direction, others []admittingRule) {
	for _, rule := range p.Side(d).Rules {
		ports, exact := portsOf(rule)
		if !exact {
			continue
		}
		for _, peer := range rule.Peers {
			if peer.Block == nil || peer.Invalid {
				continue
			}
			for i, hole := range peer.Block.Except {
				left := connset.AddressesOf(hole)
				var by []lint.Related
				for _, other := range others {
					if left.Empty() || !other.ports.Contains(ports) {
						continue
					}
					rest, at := other.remainder(left, peer)
					if !rest.Equal(left) {
						by = append(by, lint.Related{Object: other.policy.Object, Path: at, Message: "admits it"})
						left = rest
					}
				}
				if left.Empty() {
					reportReopened(pass, p, rule, peer, i, by)
				}
			}
		}
	}
}

// portsOf returns the ports of a rule, without those that have names; exact says
// that there are none of these.
func portsOf(rule *graph.PolicyRule) (set connset.Set, exact bool) {
	if rule.AllPorts {
		return connset.All, true
	}
	exact = true
	for _, port := range rule.Ports {
		p, known := connset.ParseProtocol(string(port.Protocol))
		switch {
		case port.Invalid || port.Name != "" || !known:
			exact = false
		case port.All:
			set = set.Union(connset.OfProtocol(p))
		default:
			set = set.Union(connset.PortRange(p, port.From, port.To))
		}
	}
	return set, exact
}

// remainder returns what of some addresses the peers of a rule, other than one,
// do not admit, and where they admit the rest.
func (a admittingRule) remainder(left connset.Addresses, but *graph.Peer) (connset.Addresses, manifest.Path) {
	if a.rule.AllPeers {
		return connset.Addresses{}, a.rule.Path
	}
	var at manifest.Path
	if !left.Overlaps(a.blocks) {
		return left, at
	}
	for _, peer := range a.rule.Peers {
		if peer == but || peer.Block == nil || peer.Invalid || !left.Overlaps(addressesOf(peer.Block)) {
			continue
		}
		left, at = left.Minus(addressesOf(peer.Block)), peer.Path
	}
	return left, at
}

func reportReopened(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, peer *graph.Peer, i int, by []lint.Related) {
	hole := peer.Block.Except[i]
	d := lint.Diagnostic{
		Object: p.Object, Path: peer.Path.Key("ipBlock").Key("except").Item(i), Related: by,
		Message: fmt.Sprintf("%s leaves %s out of %s, but the rules for %s admit it elsewhere, so the exception has no effect",
			p, hole, peer.Block.CIDR, subjectName(p)),
	}
	if len(rule.Ports) > 0 && single(rule.Ports[0]) && rule.Direction == graph.Egress {
		address := hole.Addr()
		if !hole.IsSingleIP() {
			address = address.Next() // the first is the network's own
		}
		d.Witness = reachable(reach.Of(pass), p.Workloads, address, rule.Ports[0].Protocol, rule.Ports[0].From)
	}
	pass.Report(d)
}
