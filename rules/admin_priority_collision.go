package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var adminPriorityCollision = &lint.Rule{
	Name: "admin-priority-collision",
	Doc: `two cluster-wide policies of equal priority disagree

Of two policies of one tier with the same priority that match a connection, the network
plugin may apply either, and nobody can tell which. Where one allows what the other
denies or passes on, the outcome may differ from node to node and from day to day. Give
them different priorities.

Silent: where the two have no subject in common, or agree wherever both decide.

Not checked: pairs of which neither subject, and neither peer, includes the other, and
that have no pod of the input in common.

https://network-policy-api.sigs.k8s.io/reference/spec/`,
	Severity: lint.Error,
	Tags:     []string{"admin"},
	Run:      runAdminPriorityCollision,
}

func runAdminPriorityCollision(pass *lint.Pass) (any, error) {
	rules := adminRules{}
	for i, q := range pass.Graph.Admin {
		for _, p := range pass.Graph.Admin[:i] {
			if p.Priority != q.Priority || !sameTier(p, q) || p.Object.ID.Kind == "BaselineAdminNetworkPolicy" || !subjectsMeet(p, q) {
				continue
			}
			for _, d := range graph.Directions {
				if a, b, conn, found := disagreement(rules.of(p, d), rules.of(q, d)); found {
					reportCollision(pass, a, b, conn)
					break
				}
			}
		}
	}
	return nil, nil
}

// subjectsMeet reports whether some pod is surely a subject of both policies.
func subjectsMeet(p, q *graph.Policy) bool {
	if subjectWithin(p, q) || subjectWithin(q, p) {
		return true
	}
	both := map[*graph.Workload]bool{}
	for _, w := range p.Workloads {
		both[w] = true
	}
	for _, w := range q.Workloads {
		if both[w] {
			return true
		}
	}
	return false
}

// disagreement looks for a peer and a connection on which the first rules of two
// policies that match differ in their action. Every peer of one side is tried
// that the other side matches as a whole.
func disagreement(p, q []*deciding) (a, b *deciding, conn connset.Conn, found bool) {
	for _, first := range p {
		for _, second := range q {
			shared := first.ports.Intersect(second.ports)
			c, some := shared.First()
			if !some || first.rule.Action == second.rule.Action {
				continue
			}
			for _, peer := range append(first.rule.Peers[:len(first.rule.Peers):len(first.rule.Peers)], second.rule.Peers...) {
				a, b = firstMatch(p, peer, c), firstMatch(q, peer, c)
				if a != nil && b != nil && a.rule.Action != b.rule.Action {
					return a, b, c, true
				}
			}
		}
	}
	return nil, nil, connset.Conn{}, false
}

// firstMatch returns the first of some rules that matches a peer on a
// connection, nil if none does.
func firstMatch(rules []*deciding, peer *graph.Peer, c connset.Conn) *deciding {
	for _, r := range rules {
		if r.ports.Has(c) && r.matches(peer) {
			return r
		}
	}
	return nil
}

func reportCollision(pass *lint.Pass, a, b *deciding, conn connset.Conn) {
	on := ""
	if !a.rule.AllPorts || !b.rule.AllPorts {
		on = " on " + conn.String()
	}
	pass.Report(lint.Diagnostic{
		Object: b.policy.Object, Path: manifest.Field("spec", "priority"),
		Message: fmt.Sprintf("%s and %s both have priority %d in the %s tier, and %s of the one says %s where %s of the other says %s%s, so either may hold",
			a.policy, b.policy, b.policy.Priority, tierName(b.policy.Tier), ruleName(a.rule), actionName(a.policy, a.rule.Action),
			ruleName(b.rule), actionName(b.policy, b.rule.Action), on),
		Related: []lint.Related{
			{Object: a.policy.Object, Path: a.rule.Path, Message: "says " + actionName(a.policy, a.rule.Action)},
			{Object: b.policy.Object, Path: b.rule.Path, Message: "says " + actionName(b.policy, b.rule.Action)},
		},
	})
}
