package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var portNotListened = &lint.Rule{
	Name: "port-not-listened",
	Doc: `port on which no container seems to listen

A policy admits a port that none of the pods declares, although every container
declares some, and that neither a probe nor a Service leads to. It may be a slip:
another number, or the port of something else.

It is a warning where Services lead to other ports of the pods and no rule admits
any of these: then nothing that the pods serve is admitted, but a port that nobody
knows. So it is where the pods declare the number, but only over another protocol: a
port without a protocol is TCP, so that a rule for a UDP port is easily written without
admitting it.

What containers declare is for information, and they may listen on more: the
finding is always only possible.

Silent: for ranges, and for ports that service meshes add to pods.

Not checked: egress to addresses, and peers of which the input holds no pods; the
port of a Service taken for that of its pods, which is another rule's finding.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Info,
	Tags:     []string{"ports"},
	Run:      runPortNotListened,
}

func runPortNotListened(pass *lint.Pass) (any, error) {
	book := newPortBook(pass)
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		set := book.receivers(p, rule)
		if rule.AllPorts || set.unknown {
			return
		}
		for _, port := range rule.Ports {
			if !single(port) || meshPort(port.From) {
				continue
			}
			switch h := book.hear(set, port); {
			case h.other != "" && !rule.AllowsPort(h.other, port.From, ""):
				reportProtocolOfPort(pass, p, port, h.other, set.workloads())
			case h.nobody:
				book.reportUnheard(p, rule, port, set)
			}
		}
	})
	return nil, nil
}

// hearing is what pods make of a port.
type hearing struct {
	// nobody says that all containers declare ports and none this one.
	nobody bool
	// other is the protocol with which pods declare the number, "" if none does or
	// some listen over the right one.
	other graph.Protocol
}

func (b *portBook) hear(set *podSet, port graph.PolicyPort) hearing {
	key := entryOf(set, port)
	h, known := b.hearings[key]
	if known {
		return h
	}
	if !b.listens(set, port) && len(b.translate(set, port)) == 0 {
		h.other = overAnother(set.workloads(), port)
		h.nobody = h.other == "" && !slices.ContainsFunc(set.workloads(), reticent)
	}
	b.hearings[key] = h
	return h
}

func (b *portBook) reportUnheard(p *graph.Policy, rule *graph.PolicyRule, port graph.PolicyPort, set *podSet) {
	served := b.served(set)
	declared, pods := served.declared, set.workloads()
	d := lint.Diagnostic{
		Certainty: lint.Possible, Object: p.Object, Path: port.Path.Key("port"),
		Message: fmt.Sprintf("%s admits port %d/%s, on which no container of %s seems to listen; declared: %s",
			p, port.From, port.Protocol, some(pods), portList(declared)),
		Related: []lint.Related{{Object: pods[0].Object, Path: pods[0].SpecPath, Message: "containers of " + pods[0].String()}},
	}
	if !forMonitoring(p, rule) && b.forgets(p, rule, served) {
		d.Severity = lint.Warning
		d.Message += ", which no rule admits"
	}
	if len(declared) == 1 && declared[0].Protocol == port.Protocol {
		d.Fixes = []lint.Fix{{
			Message: fmt.Sprintf("admit port %d", declared[0].From),
			Ops:     []lint.Op{{Object: p.Object, Path: d.Path, Kind: lint.Set, Value: declared[0].From}},
		}}
	}
	b.pass.Report(d)
}

// forMonitoring reports whether the name of a policy or the peers of a rule speak of
// monitoring.
func forMonitoring(p *graph.Policy, rule *graph.PolicyRule) bool {
	speaks := func(text string) bool {
		return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }),
			func(w string) bool { return monitoringWords[w] })
	}
	return speaks(p.Name) || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool {
		return speaks(peer.PodSelector().String()) || peer.Namespaces != nil && speaks(peer.Namespaces.String())
	})
}

// meshPort reports whether a number is one of the ports that the sidecars of
// service meshes listen on.
func meshPort(number int) bool {
	return number >= 15000 && number <= 15100 || slices.Contains([]int{4140, 4143, 4190, 4191, 20000}, number)
}

// listens reports whether something says that one of some pods listens on a
// port: its container declares it, a probe asks it or a Service forwards to it.
func (b *portBook) listens(set *podSet, port graph.PolicyPort) bool {
	if set.parts != nil {
		return slices.ContainsFunc(set.parts, func(part *podSet) bool { return b.listens(part, port) })
	}
	key := entryOf(set, port)
	heard, known := b.heard[key]
	if !known {
		heard = slices.ContainsFunc(set.pods, func(w *graph.Workload) bool { return listensAt(w, port.Protocol, port.From) })
		b.heard[key] = heard
	}
	return heard
}

func listensAt(w *graph.Workload, protocol graph.Protocol, number int) bool {
	return declaresPort(w, protocol, number) ||
		slices.ContainsFunc(w.Services, func(s *graph.Service) bool {
			return slices.ContainsFunc(s.Ports, func(sp graph.ServicePort) bool {
				target, resolved := sp.TargetOn(w)
				return resolved && target == number && sp.Protocol == protocol
			})
		}) ||
		protocol == graph.TCP && slices.ContainsFunc(probes(w), func(p probedPort) bool { return p.port == number })
}

// overAnother returns the protocol with which pods declare the number of a port, ""
// if it is none or the same.
func overAnother(pods []*graph.Workload, port graph.PolicyPort) graph.Protocol {
	for _, w := range pods {
		for _, c := range w.Ports {
			if c.Number == port.From && c.Protocol != port.Protocol {
				return c.Protocol
			}
		}
	}
	return ""
}

// reticent reports whether a container of a workload declares no port, so that
// it may listen on any.
func reticent(w *graph.Workload) bool {
	return slices.ContainsFunc(containersOf(w), func(c manifest.Value) bool { return c.Get("ports").Empty() })
}

func reportProtocolOfPort(pass *lint.Pass, p *graph.Policy, port graph.PolicyPort, declared graph.Protocol, pods []*graph.Workload) {
	unwritten := ""
	if p.Object.Value.At(port.Path).Get("protocol").Empty() {
		unwritten = " (the protocol where none is written)"
	}
	pass.Report(lint.Diagnostic{
		Severity: lint.Warning, Certainty: lint.Possible, Object: p.Object, Path: port.Path.Key("port"),
		Message: fmt.Sprintf("%s admits port %d over %s%s, but %s listens on it over %s, which stays denied",
			p, port.From, port.Protocol, unwritten, some(pods), declared),
		Fixes: []lint.Fix{{
			Message: "admit it over " + string(declared),
			Ops:     []lint.Op{{Object: p.Object, Path: port.Path.Key("protocol"), Kind: lint.Set, Value: string(declared)}},
		}},
	})
}
