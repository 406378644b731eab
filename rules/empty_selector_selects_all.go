package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var emptySelectorSelectsAll = &lint.Rule{
	Name: "empty-selector-selects-all",
	Doc: `policy for one workload selects all pods of the namespace

An empty podSelector selects every pod of the policy's namespace. That is right
for a default deny and wrong for a policy that opens a port of one application:
every other pod is opened with it. It is reported where "podSelector:" has
nothing after it, as a template leaves it behind; where the name or the labels
of the policy are those of one workload; and where one workload alone declares
the ports that the policy opens.

It is only information, a warning in the preset strict, where the selector is
empty on purpose and the rules admit peers from outside the namespace.

Not checked: policies without rules or for DNS only, and those whose name says
that all pods are meant, such as default or base.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Warning,
	Tags:     []string{"selectors"},
	Score:    4.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runEmptySelectorSelectsAll,
}

func runEmptySelectorSelectsAll(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		pods := slices.DeleteFunc(slices.Clone(n.Workloads), outOfReach)
		for _, p := range n.Policies {
			if !p.Subject.Everything() || namedForAll(p) {
				continue
			}
			if d, found := emptySelector(pass, p, pods); found {
				d.Object, d.Path = p.Object, p.SubjectPath
				proveOpened(pass, &d, p)
				pass.Report(d)
			}
		}
	}
	return nil, nil
}

// emptySelector returns what is remarkable about a policy that selects all pods
// of its namespace.
func emptySelector(pass *lint.Pass, p *graph.Policy, pods []*graph.Workload) (d lint.Diagnostic, found bool) {
	if p.Object.Value.At(p.SubjectPath).Kind() == manifest.Null {
		return lint.Diagnostic{
			Message: fmt.Sprintf("%s has nothing after podSelector, so it applies to every pod of %s", p, namespaceName(p.Namespace)),
			Fixes: []lint.Fix{{
				Message: "write {} for all pods",
				Ops:     []lint.Op{{Object: p.Object, Path: p.SubjectPath, Kind: lint.Set, Value: map[string]any{}}},
			}},
		}, true
	}
	if !opensMoreThanDNS(pass.Options, p) {
		return d, false
	}
	if w, how := namesake(p, pods); w != nil {
		return lint.Diagnostic{
			Message: fmt.Sprintf("%s has the %s of %s, but its empty podSelector applies its rules to all %d workloads of %s",
				p, how, w, len(pods), namespaceName(p.Namespace)),
			Related: []lint.Related{{Object: w.Object, Path: w.LabelsPath, Message: "the labels to select"}},
		}, true
	}
	if w := soleListener(p, pods); w != nil {
		return lint.Diagnostic{
			Certainty: lint.Possible,
			Message: fmt.Sprintf("%s opens ports that only %s declares, but its empty podSelector opens them on all %d workloads of %s",
				p, w, len(pods), namespaceName(p.Namespace)),
			Related: []lint.Related{{Object: w.Object, Path: w.LabelsPath, Message: "the labels to select"}},
		}, true
	}
	if rule := admitsOutsiders(p); rule != nil {
		return lint.Diagnostic{
			Severity: pass.Advisory(),
			Message: fmt.Sprintf("%s selects every pod of %s and admits peers from outside it, so whatever runs there is open to them",
				p, namespaceName(p.Namespace)),
			Related: []lint.Related{{Object: p.Object, Path: rule.Path, Message: "admits peers from outside the namespace"}},
		}, true
	}
	return d, false
}

// proveOpened adds a connection that a rule of the policy allows to a pod that it
// was not written for.
func proveOpened(pass *lint.Pass, d *lint.Diagnostic, p *graph.Policy) {
	if len(d.Related) == 0 || len(p.Workloads) < 2 {
		return
	}
	i := slices.IndexFunc(p.Workloads, func(w *graph.Workload) bool { return w.Object != d.Related[0].Object && !outOfReach(w) })
	if rule := admitsOutsiders(p); rule != nil && i >= 0 {
		victim := reach.Workload(p.Workloads[i])
		prove(pass, d, outsider(pass.Graph, p.Namespace), victim, true, reach.Of(pass).Ports(rule, victim).Must)
	}
}

var allPodsWords = wordSet("base baseline common default every everything global namespace namespaces ns shared")

// namedForAll reports whether the name says that all pods are meant. "All" says
// so, except in allow-all.
func namedForAll(p *graph.Policy) bool {
	name := nameWords(p.Name)
	for i, w := range name {
		if allPodsWords[w] || w == "all" && (i == 0 || !allowVerbs[name[i-1]]) {
			return true
		}
	}
	return false
}

// opensMoreThanDNS reports whether a policy has rules in effect that are not
// limited to the ports of DNS.
func opensMoreThanDNS(options *lint.Options, p *graph.Policy) bool {
	for _, d := range graph.Directions {
		if !p.Side(d).Isolates {
			continue
		}
		for _, r := range p.Side(d).Rules {
			if r.AllPorts || slices.ContainsFunc(r.Ports, func(port graph.PolicyPort) bool {
				return port.Name == "" && (port.From != port.To || !slices.Contains(options.DNSPorts, port.From)) ||
					port.Name != "" && !strings.HasPrefix(port.Name, "dns")
			}) {
				return true
			}
		}
	}
	return false
}

// admitsOutsiders returns the first ingress rule that admits some peers from
// outside the namespace; one that admits everything is not about the selector.
func admitsOutsiders(p *graph.Policy) *graph.PolicyRule {
	if !p.Side(graph.Ingress).Isolates {
		return nil
	}
	for _, r := range p.Side(graph.Ingress).Rules {
		if r.AllPeers && !r.AllPorts || slices.ContainsFunc(r.Peers, func(peer *graph.Peer) bool { return fromOutside(p, peer) }) {
			return r
		}
	}
	return nil
}

func fromOutside(p *graph.Policy, peer *graph.Peer) bool {
	if peer.Invalid || peer.Local() {
		return false
	}
	if peer.Block != nil {
		return true
	}
	names, pinned := peer.Namespaces.Values(graph.NameLabel)
	return !pinned || slices.ContainsFunc(names, func(name string) bool { return name != p.Namespace.Name })
}
