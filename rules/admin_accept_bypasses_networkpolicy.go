package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var adminAcceptBypassesNetworkPolicy = &lint.Rule{
	Name: "admin-accept-bypasses-networkpolicy",
	Doc: `admin tier decides what a NetworkPolicy says otherwise

What the admin tier accepts or denies no NetworkPolicy is asked about. A rule that
accepts every pod of the cluster makes void, for pods, whatever the NetworkPolicies of
its subject allow or do not allow; use Pass to leave the decision to them. The other
way round, a rule that denies all peers and ports that a rule of a NetworkPolicy allows
leaves that rule without effect.

It is info where the rule accepts certain ports only.

Silent: where a rule before it decides about the same connections; for NetworkPolicies
that admit everybody; where it is unknown whether the subject includes their pods.

Not checked: rules for certain pods or namespaces, which are what the admin tier is for.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Warning,
	Tags:     []string{"admin"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runAdminAcceptBypassesNetworkPolicy,
}

func runAdminAcceptBypassesNetworkPolicy(pass *lint.Pass) (any, error) {
	rules := adminRules{}
	for _, p := range pass.Graph.Admin {
		if p.Tier != graph.TierAdmin || p.SubjectNamespaces.Invalid {
			continue
		}
		for _, d := range graph.Directions {
			governed := governedBy(pass.Graph, p, d)
			if len(governed) == 0 {
				continue
			}
			before := decidedBefore(pass.Graph, rules, p, d)
			for _, r := range rules.of(p, d) {
				switch {
				case r.rule.Action == graph.Allow && slices.ContainsFunc(r.rule.Peers, anyPod) && !slices.ContainsFunc(before, func(b *deciding) bool { return meets(b, r) }):
					reportBypassed(pass, r, governed)
				case r.rule.Action == graph.Deny:
					reportDeadAllows(pass, r, before, governed)
				}
				before = append(before, r)
			}
		}
	}
	return nil, nil
}

// governedBy returns the NetworkPolicies that isolate, in a direction, only
// pods that are surely subjects of an admin policy.
func governedBy(g *graph.Graph, p *graph.Policy, d graph.Direction) []*graph.Policy {
	var governed []*graph.Policy
	for _, n := range g.Namespaces {
		if n.Matches(*p.SubjectNamespaces) != graph.Yes {
			continue
		}
		for _, q := range n.Policies {
			if q.Side(d).Isolates && !slices.ContainsFunc(q.Side(d).Rules, (*graph.PolicyRule).AllowsAll) && selectorWithin(q.Subject, p.Subject) {
				governed = append(governed, q)
			}
		}
	}
	return governed
}

// decidedBefore returns the rules of other policies that may decide before those
// of p.
func decidedBefore(g *graph.Graph, rules adminRules, p *graph.Policy, d graph.Direction) []*deciding {
	var before []*deciding
	for _, q := range g.Admin {
		if q != p && q.Tier == p.Tier && q.Priority <= p.Priority && subjectsOverlap(p, q) {
			before = append(before, rules.of(q, d)...)
		}
	}
	return before
}

// meets reports whether two rules have ports in common, so that the first may
// leave nothing to the second.
func meets(b, r *deciding) bool { return b.ports.Overlaps(r.ports) && b.matchesSome(r) }

func (r *deciding) matchesSome(s *deciding) bool { return slices.ContainsFunc(s.rule.Peers, r.matches) }

func reportBypassed(pass *lint.Pass, r *deciding, governed []*graph.Policy) {
	d := lint.Diagnostic{Object: r.policy.Object, Path: r.rule.Path}
	what := "all " + r.rule.Direction.String()
	if !r.rule.AllPorts {
		d.Severity = lint.Info
		what = fmt.Sprintf("%s on %s", r.rule.Direction, portList(r.rule.Ports))
	}
	whom := [...]string{graph.Ingress: "from", graph.Egress: "to"}[r.rule.Direction]
	d.Message = fmt.Sprintf("%s of %s accepts %s %s every pod before NetworkPolicies are asked, so %s no longer restricts it",
		ruleName(r.rule), r.policy, what, whom, some(governed))
	if len(governed) > 1 {
		d.Message = fmt.Sprintf("%s of %s accepts %s %s every pod before NetworkPolicies are asked, so %s no longer restrict it",
			ruleName(r.rule), r.policy, what, whom, some(governed))
	}
	for _, q := range governed {
		d.Related = append(d.Related, lint.Related{Object: q.Object, Path: q.SubjectPath, Message: "isolates pods of the subject"})
	}
	d.Fixes = []lint.Fix{{Message: "leave it to NetworkPolicies", Ops: []lint.Op{{Object: r.policy.Object, Path: r.rule.Path.Key("action"), Kind: lint.Set, Value: "Pass"}}}}
	proveBetween(pass, &d, r, governed[0], true)
	pass.Report(d)
}

// reportDeadAllows reports the rules of NetworkPolicies all of whose peers and
// ports an admin rule denies.
func reportDeadAllows(pass *lint.Pass, deny *deciding, before []*deciding, governed []*graph.Policy) {
	if slices.ContainsFunc(before, func(b *deciding) bool { return b.rule.Action != graph.Deny && b.ports.Overlaps(deny.ports) }) {
		return
	}
	for _, q := range governed {
		for _, r := range q.Side(deny.rule.Direction).Rules {
			if !dead(q, r, deny) {
				continue
			}
			d := lint.Diagnostic{
				Object: q.Object, Path: r.Path,
				Message: fmt.Sprintf("%s of %s has no effect: %s of %s denies all that it allows before it is asked",
					ruleName(r), q, ruleName(deny.rule), deny.policy),
				Related: []lint.Related{{Object: deny.policy.Object, Path: deny.rule.Path, Message: "denies it"}},
			}
			proveBetween(pass, &d, deny, q, false)
			pass.Report(d)
		}
	}
}

// proveBetween adds a connection that an admin rule decides: between the first
// workload of a NetworkPolicy that it takes precedence over and the first one of
// the rule's peers.
func proveBetween(pass *lint.Pass, d *lint.Diagnostic, r *deciding, q *graph.Policy, allowed bool) {
	if len(q.Workloads) == 0 {
		return
	}
	subject := q.Workloads[0]
	for _, peer := range r.rule.Peers {
		for _, other := range pass.Graph.Match(r.policy, peer).Workloads {
			if other == subject || outOfReach(other) {
				continue
			}
			src, dst := reach.Workload(other), reach.Workload(subject)
			if r.rule.Direction == graph.Egress {
				src, dst = dst, src
			}
			if prove(pass, d, src, dst, allowed, r.ports) != "" {
				return
			}
			break
		}
	}
}

// dead reports whether an admin rule matches every peer and every port of a rule
// of a NetworkPolicy.
func dead(q *graph.Policy, r *graph.PolicyRule, deny *deciding) bool {
	ports, known := portSet(r.Ports)
	if r.AllPorts || slices.ContainsFunc(r.Ports, func(p graph.PolicyPort) bool { return p.Name != "" }) {
		ports = connset.All
	}
	if r.AllPeers || !known || !deny.ports.Contains(ports) {
		return false
	}
	return !slices.ContainsFunc(r.Peers, func(peer *graph.Peer) bool {
		own := *peer
		if peer.Local() {
			home := homeSelector(q.Namespace)
			own.Namespaces = &home
		}
		return !own.OfPods() || own.Namespaces == nil || !deny.matches(&own)
	})
}

// homeSelector returns the selector of exactly one namespace.
func homeSelector(n *graph.Namespace) graph.Selector {
	if n.Symbolic() {
		return graph.Selector{Invalid: true}
	}
	return graph.SelectorOf(n.Labels)
}
