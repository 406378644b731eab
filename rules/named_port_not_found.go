package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var namedPortNotFound = &lint.Rule{
	Name: "named-port-not-found",
	Doc: `port name that no container has

A policy may name a port. Each pod that receives a connection looks the name up
among the ports of its own containers, together with the protocol; where none has
it, the rule admits nothing. For ingress these are the pods of the policy, for
egress those of the peers. Addresses have no names of ports, so that a rule for
egress to an ipBlock by name never matches.

It is info where some of the pods have the name and others do not, where it is not
the same number everywhere, and for policies of every pod of a namespace, which are
also for pods to come.

Silent: for names of ports that service meshes add to pods, and for pods that
KubeVirt or Knative make.

Not checked: names of a Service's ports, which are another rule's finding.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"ports"},
	Run:      runNamedPortNotFound,
}

func runNamedPortNotFound(pass *lint.Pass) (any, error) {
	book := newPortBook(pass)
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if !slices.ContainsFunc(rule.Ports, byName) {
			return
		}
		set := book.receivers(p, rule)
		for _, port := range rule.Ports {
			switch {
			case !byName(port) || injectedPorts[port.Name]:
			case onlyBlocks(rule):
				pass.Report(lint.Diagnostic{
					Object: p.Object, Path: port.Path.Key("port"),
					Message: fmt.Sprintf("%s names the port %s, but its peers are addresses, which have no names of ports, so the rule admits nothing by it", p, port.Name),
				})
			case !set.unknown && len(book.translate(set, port)) == 0:
				reportName(pass, p, rule.Direction, port, book.lookUp(set, port))
			}
		}
	})
	return nil, nil
}

// injectedPorts are the names of ports of containers that meshes add.
var injectedPorts = wordSet("http-envoy-prom linkerd-admin linkerd-proxy mesh-proxy-health http-probe envoy-admin")

// onlyBlocks reports whether a rule is for egress to addresses and nothing else.
func onlyBlocks(rule *graph.PolicyRule) bool {
	return rule.Direction == graph.Egress && !rule.AllPeers &&
		!slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Block == nil || peer.Invalid })
}

// lookup is what pods make of the name of a port.
type lookup struct {
	with, without []*graph.Workload
	numbers       map[int]*graph.Workload
	other         *graph.Workload // has the name with another protocol
	names         []string        // that those without have, of the same protocol
}

func (b *portBook) lookUp(set *podSet, port graph.PolicyPort) lookup {
	key := entryOf(set, port)
	l, known := b.lookups[key]
	if !known {
		l = lookUp(set.workloads(), port)
		b.lookups[key] = l
	}
	return l
}

func lookUp(pods []*graph.Workload, port graph.PolicyPort) lookup {
	l := lookup{numbers: map[int]*graph.Workload{}}
	for _, w := range pods {
		found := false
		for _, c := range w.Ports {
			switch {
			case c.Name == port.Name && c.Protocol == port.Protocol:
				found = true
				if l.numbers[c.Number] == nil {
					l.numbers[c.Number] = w
				}
			case c.Name == port.Name:
				l.other = w
			case c.Name != "" && c.Protocol == port.Protocol && !slices.Contains(l.names, c.Name):
				l.names = append(l.names, c.Name)
			}
		}
		if found {
			l.with = append(l.with, w)
		} else {
			l.without = append(l.without, w)
		}
	}
	return l
}

func reportName(pass *lint.Pass, p *graph.Policy, direction graph.Direction, port graph.PolicyPort, l lookup) {
	d := lint.Diagnostic{Severity: lint.Info, Object: p.Object, Path: port.Path.Key("port")}
	switch {
	case len(l.with) == 0:
		d.Severity = lint.Error
		d.Message = fmt.Sprintf("%s names the %s port %s, which no container of %s has, so the rule admits nothing by it",
			p, port.Protocol, port.Name, some(l.without))
		w := l.without[0]
		similar := slices.IndexFunc(l.names, func(name string) bool { return looksLike(name, port.Name) })
		switch {
		case l.other != nil:
			w = l.other
			d.Message += fmt.Sprintf("; %s has it over another protocol", w)
		case similar >= 0:
			d.Message += "; there is " + l.names[similar]
			d.Fixes = []lint.Fix{{
				Message: "name the port " + l.names[similar],
				Ops:     []lint.Op{{Object: p.Object, Path: d.Path, Kind: lint.Set, Value: l.names[similar]}},
			}}
		case len(l.names) > 0 && len(l.names) <= 5:
			d.Message += "; there is " + strings.Join(l.names, ", ")
		}
		if p.Subject.Everything() && direction == graph.Ingress && len(d.Fixes) == 0 {
			d.Severity = lint.Info
		}
		d.Related = []lint.Related{{Object: w.Object, Path: w.SpecPath, Message: "containers of " + w.String()}}
	case len(l.without) > 0:
		d.Message = fmt.Sprintf("%s names the %s port %s, which %s has and %s not, so the rule admits nothing to the latter",
			p, port.Protocol, port.Name, some(l.with), some(l.without))
	case len(l.numbers) > 1:
		d.Message = fmt.Sprintf("%s names the %s port %s, which is %s", p, port.Protocol, port.Name, numbersOf(l.numbers))
	default:
		return
	}
	pass.Report(d)
}

// numbersOf says which workload gives which number to the name of a port.
func numbersOf(numbers map[int]*graph.Workload) string {
	var parts []string
	for number, w := range numbers {
		parts = append(parts, fmt.Sprintf("%d of %s", number, w))
	}
	slices.Sort(parts)
	return strings.Join(parts, " and ")
}
