package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var ingressAllowAll = &lint.Rule{
	Name: "ingress-allow-all",
	Doc: `ingress rule admits everybody

A rule without "from" admits every pod of the cluster and whatever reaches it from
outside; without "ports" beside it, on every port. That is right for a server on the
Internet and more than most others need. It is legal and often meant, hence info,
and a warning in the preset strict, where the rule also lists no ports or its blocks
of addresses hold everything.

Silent: where "from" is written and empty, where the rule makes other policies void,
where it is one half of a rule written as two, and where the policy is named after
the opposite, which are findings of their own; and where a LoadBalancer, a NodePort, an Ingress or a route leads to the pods, so
that the world is meant to come in.

Not checked: rules for certain ports only, and policies whose name says that
everything is allowed: they are info in every preset.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic`,
	Severity: lint.Info,
	Tags:     []string{"exposure"},
	Score:    4.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runIngressAllowAll,
}

func runIngressAllowAll(pass *lint.Pass) (any, error) {
	published := newEntrances(pass.Graph, graph.FromController, graph.FromOutside)
	for _, n := range pass.Graph.Namespaces {
		shadows := findShadows(n, graph.Ingress)
		for _, p := range n.Policies {
			if !shadows[p].empty() || !p.Side(graph.Ingress).Isolates || p.Subject.Invalid || contradicted(p) {
				continue
			}
			if len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool { return len(published[w]) == 0 }) {
				continue
			}
			rules := p.Side(graph.Ingress).Rules
			for i, rule := range rules {
				if otherHalf(pass, rules, i) == nil {
					reportAllowAll(pass, p, rule)
				}
			}
		}
	}
	return nil, nil
}

// contradicted reports whether what a policy does is the opposite of its name.
func contradicted(p *graph.Policy) bool {
	name := readPolicyName(p)
	if name.Verb == "" || !name.Denies {
		return false
	}
	fact, _ := contradictsDeny(p, name)
	return fact != ""
}

func reportAllowAll(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule) {
	if !admitsEverybody(rule) || p.Object.Value.At(rule.PeersPath).Exists() && rule.AllPeers {
		return
	}
	d := lint.Diagnostic{Object: p.Object, Path: rule.Path, Severity: pass.Advisory()}
	on := "every port"
	if !rule.AllPorts {
		on = portList(rule.Ports)
		d.Severity = lint.Info
	}
	if name := readPolicyName(p); name.Verb != "" && !name.Denies {
		d.Severity = lint.Info
	}
	whom := subjectName(p)
	d.Message = fmt.Sprintf("%s admits every pod of the cluster and every address outside it to %s on %s", p, whom, on)
	if !rule.AllPeers {
		d.Path = rule.PeersPath
		d.Message = fmt.Sprintf("%s admits every address to %s on %s: its blocks leave nothing out", p, whom, on)
	}
	prove(pass, &d, internet, subjectOf(p), true, connset.All)
	pass.Report(d)
}

// admitsEverybody reports whether a rule lists no peers, or blocks that hold all
// addresses of a family.
func admitsEverybody(rule *graph.PolicyRule) bool {
	if rule.AllPeers {
		return true
	}
	var v4, v6 []*graph.IPBlock
	for _, peer := range rule.Peers {
		switch {
		case peer.Invalid || peer.Block == nil:
		case peer.Block.CIDR.Addr().Is4():
			v4 = append(v4, peer.Block)
		default:
			v6 = append(v6, peer.Block)
		}
	}
	return holdEverything(v4) || holdEverything(v6)
}

// holdEverything reports whether blocks of one family hold every address: one
// of length 0, or the two halves.
func holdEverything(blocks []*graph.IPBlock) bool {
	halves := map[bool]bool{}
	for _, b := range blocks {
		switch {
		case len(b.Except) > 0:
		case b.CIDR.Bits() == 0:
			return true
		case b.CIDR.Bits() == 1:
			halves[b.CIDR.Addr().IsUnspecified()] = true
		}
	}
	return halves[true] && halves[false]
}

// subjectName writes the pods of a policy as messages name them.
func subjectName(p *graph.Policy) string {
	switch {
	case len(p.Workloads) > 0:
		return some(p.Workloads)
	case p.Subject.Everything():
		return "every pod of " + namespaceName(p.Namespace)
	}
	return "pods with " + p.Subject.String()
}
