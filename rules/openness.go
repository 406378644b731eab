package rules

import (
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// openness is how much some rules together allow on every port.
type openness struct {
	rule      *graph.PolicyRule // the first of them that allows all pods or some addresses
	pods      bool              // every pod of the cluster
	addresses connset.Addresses
}

// opens returns what rules of one direction allow on every port.
func opens(rules []*graph.PolicyRule) openness {
	var o openness
	for _, r := range rules {
		if r.Action != graph.Allow || !r.AllPorts && !everyPort(r.Ports) {
			continue
		}
		var all openness
		if r.AllPeers {
			all = openness{pods: true, addresses: connset.AllAddresses}
		}
		for _, peer := range r.Peers {
			switch {
			case peer.Block != nil && !peer.Invalid:
				all.addresses = all.addresses.Union(blockAddresses(peer.Block))
			case anyPod(peer):
				all.pods = true
			}
		}
		if !all.pods && all.addresses.Empty() {
			continue
		}
		if o.rule == nil {
			o.rule = r
		}
		o.pods, o.addresses = o.pods || all.pods, o.addresses.Union(all.addresses)
	}
	return o
}

// everyPort reports whether entries of ports hold all that policies know.
func everyPort(ports []graph.PolicyPort) bool {
	if len(ports) < len(connset.Protocols) {
		return false
	}
	set, known := portSet(ports)
	return known && !slices.ContainsFunc(connset.Protocols[:], func(p connset.Protocol) bool { return !set.Contains(connset.OfProtocol(p)) })
}

var allIPv4 = connset.AddressesOf(netip.MustParsePrefix("0.0.0.0/0"))

func (o openness) everything() bool { return o.pods && o.addresses.Contains(allIPv4) }

// certainty is possible where IPv6 is left out.
func (o openness) certainty() lint.Certainty {
	if o.addresses.Contains(connset.AllAddresses) {
		return lint.Certain
	}
	return lint.Possible
}

// allowsAll returns the policy's first rule that allows everything in a
// direction, alone or with those after it, nil if there is none.
func allowsAll(p *graph.Policy, d graph.Direction) *graph.PolicyRule {
	for _, r := range p.Side(d).Rules {
		if r.AllowsAll() {
			return r
		}
	}
	if o := opens(p.Side(d).Rules); o.everything() {
		return o.rule
	}
	return nil
}
