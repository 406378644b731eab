package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var dnsProtocolIncomplete = &lint.Rule{
	Name: "dns-protocol-incomplete",
	Doc: `DNS is admitted over one protocol only

Lookups go over UDP. A port without a protocol is TCP, so that a rule with
nothing but "port: 53" admits no lookup at all. Over UDP alone small answers
arrive; one that is too large for a datagram is cut off and asked for again over
TCP, which then fails: a rare and puzzling error, reported as info.

All policies of the input that select the same pods count together.

Not checked: whether the peer of the rule is a DNS server.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"dns", "ports"},
	Requires: []*lint.Rule{nameResolution, reach.Rule},
	Run:      runDNSProtocolIncomplete,
}

func runDNSProtocolIncomplete(pass *lint.Pass) (any, error) {
	if pass.Options.DNSProvided {
		return nil, nil
	}
	reader := dnsReaderOf(pass)
	for _, n := range pass.Graph.Namespaces {
		certainty := lint.Certain
		if pass.Graph.MayBeIsolated(n, graph.Egress) {
			certainty = lint.Possible
		}
		lacking := map[*graph.Policy][]*dnsGroup{}
		for _, g := range reader.groups(n) {
			if g.access.meant && g.access.udp != g.access.tcp {
				for _, p := range g.policies {
					lacking[p] = append(lacking[p], g)
				}
			}
		}
		for _, p := range n.Policies {
			if groups := lacking[p]; groups != nil {
				reportProtocol(pass, p, groups, certainty, reader.server)
			}
		}
	}
	return nil, nil
}

// reportProtocol reports the entries for DNS of one policy together.
func reportProtocol(pass *lint.Pass, p *graph.Policy, groups []*dnsGroup, certainty lint.Certainty, server reach.Endpoint) {
	d := lint.Diagnostic{Object: p.Object, Certainty: certainty}
	fix := lint.Fix{Message: "admit the other protocol too"}
	for _, rule := range p.Side(graph.Egress).Rules {
		for _, port := range rule.Ports {
			if !meansDNS(pass.Options, port) {
				continue
			}
			if port.Name == "" {
				other := map[string]any{"protocol": string(otherProtocol(port.Protocol)), "port": port.From}
				fix.Ops = append(fix.Ops, lint.Op{Object: p.Object, Path: rule.PortsPath, Kind: lint.Insert, Value: other})
			}
			if d.Path != nil {
				d.Related = append(d.Related, lint.Related{Object: p.Object, Path: port.Path, Message: "over " + string(port.Protocol) + " only as well"})
				continue
			}
			d.Path = port.Path
			d.Message, d.Severity = protocolMessage(p, port, subjects(groups))
		}
	}
	if len(fix.Ops) > 0 {
		d.Fixes = []lint.Fix{fix}
	}
	if d.Path != nil {
		lacks := connset.Port(connset.UDP, 53)
		if groups[0].access.udp {
			lacks = connset.Port(connset.TCP, 53)
		}
		prove(pass, &d, groups[0].pods(), server, false, lacks)
		pass.Report(d)
	}
}

func protocolMessage(p *graph.Policy, port graph.PolicyPort, pods string) (string, lint.Severity) {
	if port.Protocol == graph.UDP {
		return fmt.Sprintf("%s admits DNS of %s over UDP only, so answers too large for UDP, which are asked for again over TCP, do not arrive", p, pods), lint.Info
	}
	unwritten := ""
	if p.Object.Value.At(port.Path).Get("protocol").Empty() {
		unwritten = " (the protocol where none is written)"
	}
	return fmt.Sprintf("%s admits DNS of %s over TCP%s and no policy of the input admits it over UDP, so lookups fail", p, pods, unwritten), lint.Error
}

func otherProtocol(p graph.Protocol) graph.Protocol {
	if p == graph.UDP {
		return graph.TCP
	}
	return graph.UDP
}
