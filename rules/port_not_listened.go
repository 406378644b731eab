package rules

import (
	"fmt"
	"slices"

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

It is a warning where the pods declare the number, but only over another protocol.
A port without a protocol is TCP, so that a rule for a UDP port is easily written
without admitting it.

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
		if rule.AllPorts {
			return
		}
		pods, known := book.receivers(p, rule)
		if !known {
			return
		}
		for _, port := range rule.Ports {
			if !single(port) || meshPort(port.From) || book.listens(pods, port.Protocol, port.From) || len(book.translations(pods, port)) > 0 {
				continue
			}
			if other, found := overAnother(pods, port); found {
				if !rule.AllowsPort(other, port.From, "") {
					reportProtocolOfPort(pass, p, port, other, pods)
				}
			} else if !slices.ContainsFunc(pods, reticent) {
				reportUnheard(pass, p, port, pods)
			}
		}
	})
	return nil, nil
}

func reportUnheard(pass *lint.Pass, p *graph.Policy, port graph.PolicyPort, pods []*graph.Workload) {
	var declared []graph.PolicyPort
	for _, w := range pods {
		for _, c := range w.Ports {
			entry := graph.PolicyPort{Protocol: c.Protocol, From: c.Number, To: c.Number}
			if !c.Init && !slices.ContainsFunc(declared, func(d graph.PolicyPort) bool { return d.Matches(c.Protocol, c.Number) }) {
				declared = append(declared, entry)
			}
		}
	}
	d := lint.Diagnostic{
		Certainty: lint.Possible, Object: p.Object, Path: port.Path.Key("port"),
		Message: fmt.Sprintf("%s admits port %d/%s, on which no container of %s seems to listen; declared: %s",
			p, port.From, port.Protocol, some(pods), portList(declared)),
		Related: []lint.Related{{Object: pods[0].Object, Path: pods[0].SpecPath, Message: "containers of " + pods[0].String()}},
	}
	if len(declared) == 1 && declared[0].Protocol == port.Protocol {
		d.Fixes = []lint.Fix{{
			Message: fmt.Sprintf("admit port %d", declared[0].From),
			Ops:     []lint.Op{{Object: p.Object, Path: d.Path, Kind: lint.Set, Value: declared[0].From}},
		}}
	}
	pass.Report(d)
}

// meshPort reports whether a number is one of the ports that the sidecars of
// service meshes listen on.
func meshPort(number int) bool {
	return number >= 15000 && number <= 15100 || slices.Contains([]int{4140, 4143, 4190, 4191, 20000}, number)
}

// listens reports whether something says that one of some pods listens on a
// port: its container declares it, a probe asks it or a Service forwards to it.
func (b *portBook) listens(pods []*graph.Workload, protocol graph.Protocol, number int) bool {
	return slices.ContainsFunc(pods, func(w *graph.Workload) bool {
		return declaresPort(w, protocol, number) || protocol == graph.TCP && slices.ContainsFunc(probes(w), func(p probedPort) bool { return p.port == number }) ||
			slices.ContainsFunc(b.services[w], func(s *graph.Service) bool {
				return slices.ContainsFunc(s.Ports, func(sp graph.ServicePort) bool {
					target, resolved := sp.TargetOn(w)
					return resolved && target == number && sp.Protocol == protocol
				})
			})
	})
}

// overAnother returns the protocol with which pods declare the number of a port,
// if it is another one.
func overAnother(pods []*graph.Workload, port graph.PolicyPort) (graph.Protocol, bool) {
	for _, w := range pods {
		for _, c := range w.Ports {
			if c.Number == port.From && c.Protocol != port.Protocol {
				return c.Protocol, true
			}
		}
	}
	return "", false
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
