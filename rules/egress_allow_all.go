package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var egressAllowAll = &lint.Rule{
	Name: "egress-allow-all",
	Doc: `egress rule allows everything

A rule without "to" and "ports", or with blocks that hold every address and no ports,
lets pods reach whatever they like: other tenants, the address that hands out the
node's credentials, any server that data can be sent to. It is legal and often
meant, as in a policy that only restricts ingress, hence info, and a warning in the
preset strict, unless the policy's name says that it allows.

Silent: where "to" is written and empty, where the rule makes other policies void
and where the policy is named after the opposite, which are findings of their own.

Not checked: rules for certain ports.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-egress-traffic`,
	Severity: lint.Info,
	Tags:     []string{"exposure"},
	Score:    4.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runEgressAllowAll,
}

func runEgressAllowAll(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		shadows := findShadows(n, graph.Egress)
		for _, p := range n.Policies {
			if !p.Side(graph.Egress).Isolates || p.Subject.Invalid || !shadows[p].empty() || contradicted(p) {
				continue
			}
			for _, rule := range p.Side(graph.Egress).Rules {
				if rule.AllPorts && admitsEverybody(rule) && !(rule.AllPeers && p.Object.Value.At(rule.PeersPath).Exists()) {
					reportEgressAll(pass, p, rule)
				}
			}
		}
	}
	return nil, nil
}

func reportEgressAll(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule) {
	d := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: rule.Path,
		Message: fmt.Sprintf("%s lets %s reach everything in and out of the cluster on every port", p, subjectName(p)),
		Witness: reachable(reach.Of(pass), p.Workloads, someServer, graph.TCP, 443),
	}
	if !rule.AllPeers {
		d.Path = rule.PeersPath
		d.Message = fmt.Sprintf("%s lets %s reach every address on every port: its blocks leave nothing out", p, subjectName(p))
	}
	if name := readPolicyName(p); name.Verb != "" && !name.Denies {
		d.Severity = lint.Info
	}
	pass.Report(d)
}
