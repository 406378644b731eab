package rules

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var servicePortNotTargetPort = &lint.Rule{
	Name: "service-port-not-target-port",
	Doc: `port of a Service where the port of its pods is meant

A Service may take connections on one port and hand them to another one of its
pods, its targetPort. Policies see the connection after that: they have to name
the port of the pods. One that names the Service's port admits nothing that
arrives. The same goes for the name of a Service's port, which need not be that of
a container's port.

It is possible rather than certain, and a warning, where one of the pods declares
no port at all, because it might listen on this one as well, and in a policy for
every pod of a namespace.

Silent: where a pod declares the port itself, where the rule admits the port of
the pods too, and for headless Services, whose clients connect to the pods.

Not checked: egress to addresses, and peers of which the input holds no pods.

https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports`,
	Severity: lint.Error,
	Tags:     []string{"ports"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runServicePortNotTargetPort,
}

func runServicePortNotTargetPort(pass *lint.Pass) (any, error) {
	book := newPortBook(pass)
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.AllPorts {
			return
		}
		set := book.receivers(p, rule)
		if set.unknown {
			return
		}
		for _, port := range rule.Ports {
			if !single(port) && !byName(port) {
				continue
			}
			found := book.translate(set, port)
			if len(found) > 0 && !slices.ContainsFunc(found, func(t translation) bool { return admitsTarget(rule, port, t) }) {
				reportServicePort(pass, p, rule, port, set.workloads(), found)
			}
		}
	})
	return nil, nil
}

// admitsTarget reports whether a rule admits what a Service forwards to, by an
// entry beside the one for the Service's port.
func admitsTarget(rule *graph.PolicyRule, port graph.PolicyPort, t translation) bool {
	return rule.AllowsPort(port.Protocol, t.target, t.port.TargetName)
}

func reportServicePort(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, port graph.PolicyPort, pods []*graph.Workload, found []translation) {
	t, is := found[0], "is the number"
	if port.Name != "" {
		is = "is the name of one"
	}
	d := lint.Diagnostic{
		Object: p.Object, Path: port.Path.Key("port"),
		Message: fmt.Sprintf("%s admits port %s, which %s of %s; what it takes there arrives at port %d of %s and stays denied",
			p, portList([]graph.PolicyPort{port}), is, t.service, t.target, t.pods),
		Related: []lint.Related{{Object: t.service.Object, Path: t.port.Path, Message: fmt.Sprintf("goes to port %d of the pods", t.target)}},
		Witness: unreachable(reach.Of(pass), senders(pass.Graph, p, rule), t.pods, port.Protocol, t.target),
	}
	if p.Subject.Everything() || slices.ContainsFunc(pods, func(w *graph.Workload) bool { return len(w.Ports) == 0 }) {
		d.Certainty = lint.Possible
	}
	if !slices.ContainsFunc(found, func(other translation) bool { return other.target != t.target }) {
		d.Fixes = []lint.Fix{{
			Message: "admit port " + strconv.Itoa(t.target) + " of the pods",
			Ops:     []lint.Op{{Object: p.Object, Path: port.Path.Key("port"), Kind: lint.Set, Value: t.target}},
		}}
	}
	pass.Report(d)
}

// senders returns the pods that open the connections of a policy rule, as far as
// the input holds them.
func senders(g *graph.Graph, p *graph.Policy, rule *graph.PolicyRule) []*graph.Workload {
	if rule.Direction == graph.Egress {
		return p.Workloads
	}
	for _, peer := range rule.Peers {
		if pods := g.Match(p, peer).Workloads; len(pods) > 0 {
			return pods
		}
	}
	return nil
}
