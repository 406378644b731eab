package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

var adminRuleUnreachable = &lint.Rule{
	Name: "admin-rule-unreachable",
	Doc: `rule of a cluster-wide policy never decides anything

In the admin and in the baseline tier the first rule that matches decides: policies by
ascending priority, in each its rules from top to bottom. A rule all of whose peers and
ports the rules before it match, for the same pods, is never asked, whatever it says.
Pass decides as well: it ends the tier.

It is info where the rules before it have the same action, so that nothing is lost, or
match nothing beside it, as where one says Accept and the next Deny to the same peers;
and for a baseline policy whose pods NetworkPolicies isolate: these decide before it.

Not checked: rules that only several peers before them cover together; policies of
equal priority, of which neither is the earlier one; policies of different APIs.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Warning,
	Tags:     []string{"admin", "redundancy"},
	Run:      runAdminRuleUnreachable,
}

func runAdminRuleUnreachable(pass *lint.Pass) (any, error) {
	rules := adminRules{}
	for _, p := range pass.Graph.Admin {
		for _, d := range graph.Directions {
			var before []*deciding
			for _, q := range pass.Graph.Admin {
				if precedes(q, p) && subjectWithin(p, q) {
					before = append(before, rules.of(q, d)...)
				}
			}
			for _, r := range rules.of(p, d) {
				if by := covering(r, before); len(by) > 0 {
					reportUnreachable(pass, r, by)
				}
				before = append(before, r)
			}
			reportBaselineIdle(pass, p, d)
		}
	}
	return nil, nil
}

// covering returns the earlier rules that together match everything that a rule
// does, nil if something is left for it.
func covering(r *deciding, before []*deciding) []*deciding {
	var by []*deciding
	for _, peer := range r.rule.Peers {
		rest, names := r.ports, slices.Clone(r.names)
		for _, b := range before {
			if !b.matches(peer) {
				continue
			}
			left := rest.Minus(b.ports)
			unnamed := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return b.rule.AllPorts || slices.Contains(b.names, name) })
			if left == rest && len(unnamed) == len(names) {
				continue
			}
			rest, names = left, unnamed
			if !slices.Contains(by, b) {
				by = append(by, b)
			}
		}
		if rest != (connset.Set{}) || len(names) > 0 {
			return nil
		}
	}
	return by
}

func reportUnreachable(pass *lint.Pass, r *deciding, by []*deciding) {
	d := lint.Diagnostic{Object: r.policy.Object, Path: r.rule.Path}
	which := "rules before it match"
	if len(by) == 1 {
		which = ruleName(by[0].rule) + " before it matches"
		if by[0].policy != r.policy {
			which = fmt.Sprintf("%s of %s (priority %d) matches", ruleName(by[0].rule), by[0].policy, by[0].policy.Priority)
		}
	}
	effect := fmt.Sprintf("so its %s never takes effect", actionName(r.policy, r.rule.Action))
	if !slices.ContainsFunc(by, func(b *deciding) bool { return wider(b, r) }) {
		d.Severity = lint.Info
	}
	if !slices.ContainsFunc(by, func(b *deciding) bool { return b.rule.Action != r.rule.Action }) {
		d.Severity = lint.Info
		effect = "with the same action, so it can be removed"
	}
	d.Message = fmt.Sprintf("%s of %s is never asked: %s all its peers and ports, %s", ruleName(r.rule), r.policy, which, effect)
	for _, b := range by {
		d.Related = append(d.Related, lint.Related{
			Object: b.policy.Object, Path: b.rule.Path, Message: fmt.Sprintf("decides first: %s", actionName(b.policy, b.rule.Action)),
		})
	}
	d.Fixes = []lint.Fix{{Message: "remove the rule", Ops: []lint.Op{{Object: r.policy.Object, Path: r.rule.Path, Kind: lint.Remove}}}}
	pass.Report(d)
}

// wider reports whether an earlier rule matches more than a later one does. If
// not, both are for the very same connections, which nobody overlooks: the later
// one is a leftover, or a test of the order.
func wider(b, r *deciding) bool {
	return !r.ports.Contains(b.ports) || slices.ContainsFunc(r.rule.Peers, func(peer *graph.Peer) bool {
		return b.matches(peer) && !slices.ContainsFunc(b.rule.Peers, func(q *graph.Peer) bool {
			return adminPeerWithin(peer, q) && adminPeerWithin(q, peer)
		})
	})
}

// reportBaselineIdle reports a baseline policy of named namespaces whose pods
// are all isolated by NetworkPolicies.
func reportBaselineIdle(pass *lint.Pass, p *graph.Policy, d graph.Direction) {
	listed, named := p.SubjectNamespaces.Values(graph.NameLabel)
	if p.Tier != graph.TierBaseline || !named || len(listed) == 0 || len(p.Side(d).Rules) == 0 || p.SubjectNamespaces.Invalid {
		return
	}
	var isolating []*graph.Policy
	for _, name := range listed {
		n := pass.Graph.Namespace(name)
		if n == nil {
			return
		}
		i := slices.IndexFunc(n.Policies, func(q *graph.Policy) bool { return q.Side(d).Isolates && selectorWithin(p.Subject, q.Subject) })
		if i < 0 {
			return
		}
		isolating = append(isolating, n.Policies[i])
	}
	diagnostic := lint.Diagnostic{
		Severity: lint.Info, Object: p.Object, Path: p.Side(d).Path,
		Message: fmt.Sprintf("%s has %s rules of the baseline tier that are never asked: %s isolates all its pods for %s, and NetworkPolicies decide before",
			p, d, some(isolating), d),
	}
	for _, q := range isolating {
		diagnostic.Related = append(diagnostic.Related, lint.Related{Object: q.Object, Path: q.SubjectPath, Message: "isolates the pods"})
	}
	pass.Report(diagnostic)
}
