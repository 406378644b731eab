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

var sensitivePortOpen = &lint.Rule{
	Name: "sensitive-port-open",
	Doc: `port of a database or of administration is open to everybody

Databases, queues and administrative interfaces are what an intruder looks for, and
many ask for no password inside a cluster. A rule that opens one of their well-known
ports to all namespaces, or to all addresses, leaves nothing between them and the
first pod that is taken over. Name the clients instead.

It is info, and a warning in the preset strict, because a database for the whole
cluster is legal. Which ports are meant can be configured.

Silent: for rules that admit pods with certain labels from all namespaces; for rules
that admit everybody on every port, which is a finding of its own.

Not checked: what listens on other ports; rules for pods that are not in the input
and that list no ports.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Info,
	Tags:     []string{"exposure", "ports"},
	Score:    6.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runSensitivePortOpen,
}

func runSensitivePortOpen(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if !p.Side(graph.Ingress).Isolates || p.Subject.Invalid {
			continue
		}
		for _, rule := range p.Side(graph.Ingress).Rules {
			if whom := anybody(rule); whom != "" && !rule.AllowsAll() {
				reportSensitive(pass, p, rule, whom)
			}
		}
	}
	return nil, nil
}

// anybody describes the widest peers of a rule, "" if all of them are narrow.
func anybody(rule *graph.PolicyRule) string {
	switch {
	case rule.AllPeers:
		return "everybody"
	case admitsEverybody(rule):
		return "every address"
	case slices.ContainsFunc(rule.Peers, anyPod):
		return "every pod of the cluster"
	}
	return ""
}

func reportSensitive(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule, whom string) {
	port, path := sensitivePort(pass.Options, p, rule)
	if port == 0 {
		return
	}
	d := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: path,
		Message: fmt.Sprintf("%s opens port %d of %s, known from databases and administration, to %s", p, port, subjectName(p), whom),
	}
	prove(pass, &d, outsider(pass.Graph, p.Namespace), subjectOf(p), true, connset.Port(connset.TCP, port))
	pass.Report(d)
}

// sensitivePort returns the first sensitive port that a rule opens and the place
// where it does, 0 if there is none. A range that holds one by chance does not
// mean it, and neither does a rule without ports for pods that do not declare it.
func sensitivePort(options *lint.Options, p *graph.Policy, rule *graph.PolicyRule) (int, manifest.Path) {
	for _, entry := range rule.Ports {
		switch {
		case entry.Invalid || entry.Protocol != graph.TCP:
		case entry.Name != "" || entry.All:
			if n := declaredPort(options, p, entry); n != 0 {
				return n, entry.Path
			}
		case entry.From == entry.To && slices.Contains(options.SensitivePorts, entry.From):
			return entry.From, entry.Path
		}
	}
	if rule.AllPorts {
		return declaredPort(options, p, graph.PolicyPort{Protocol: graph.TCP, All: true}), rule.Path
	}
	return 0, nil
}

// declaredPort returns the first sensitive port that a selected workload declares
// and an entry opens.
func declaredPort(options *lint.Options, p *graph.Policy, entry graph.PolicyPort) int {
	for _, w := range p.Workloads {
		for _, port := range w.Ports {
			if (entry.Name == "" || entry.Name == port.Name) && port.Protocol == entry.Protocol && slices.Contains(options.SensitivePorts, port.Number) {
				return port.Number
			}
		}
	}
	return 0
}
