package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var adminInvalidRule = &lint.Rule{
	Name: "admin-invalid-rule",
	Doc: `cluster-wide policy that the API server refuses, or that does nothing

ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy look like
NetworkPolicy and differ in what they demand. A subject and every peer have exactly
one field, and "from" or "to" is never empty: everybody is written out. A priority
is from 0 to 1000, the one BaselineAdminNetworkPolicy is called default, and the
actions are Accept, Deny and Pass, with Allow in place of Accept in v1alpha1. What
breaks this is refused, and with it every rule of the policy.

It is a warning where the server takes a policy of which some part cannot work: a
named port of addresses or nodes, a rule for domain names that does not accept, and
a policy without any rule. Unlike a NetworkPolicy, that one isolates nobody.

Not checked: values that something fills in later, and what only one of the
implementations limits.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Error,
	Tags:     []string{"admin", "schema"},
	Run:      runAdminInvalidRule,
}

func runAdminInvalidRule(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Admin {
		c := newAdminChecker(pass, p)
		c.policy()
		rules := 0
		for _, d := range graph.Directions {
			side := p.Side(d)
			rules += len(side.Rules)
			c.atMost(side.Path, "rule", len(side.Rules))
			for _, r := range side.Rules {
				c.rule(r)
			}
		}
		if rules == 0 && !c.reported {
			c.warn(manifest.Field("spec"), "has no rules, so it does nothing: unlike a NetworkPolicy, it isolates no pod by selecting it")
		}
	}
	return nil, nil
}

// policy checks what concerns the policy as a whole.
func (c *adminChecker) policy() {
	o := c.p.Object
	if o.ID.Kind == "BaselineAdminNetworkPolicy" {
		if o.ID.Name != "default" && o.ID.Name != "" {
			c.refuse(metadataName, []lint.Fix{{Message: "call it default", Ops: []lint.Op{{Object: o, Path: metadataName, Kind: lint.Set, Value: "default"}}}},
				"is not called default, the only name that a BaselineAdminNetworkPolicy may have")
		}
	} else {
		c.priority()
	}
	if !c.older {
		c.tier()
	}
	subject := manifest.Field("spec", "subject")
	if n := c.set(subject, "namespaces", "pods"); n != 1 {
		c.refuse(c.written(subject), nil, "has a subject with %s, where there must be one of namespaces and pods", fieldCount(n))
	}
}

func (c *adminChecker) priority() {
	path := manifest.Field("spec", "priority")
	v := c.value(path)
	switch n, ok := v.Int(); {
	case v.Empty():
		c.refuse(c.written(path), nil, "has no priority")
	case ok && (n < 0 || n > 1000):
		c.refuse(path, nil, "has priority %d, and priorities are from 0 to 1000", n)
	}
}

func (c *adminChecker) tier() {
	path := manifest.Field("spec", "tier")
	switch tier := c.value(path).Text(); {
	case tier == "":
		c.refuse(c.written(path), nil, "has no tier: Admin or Baseline")
	case tier != "Admin" && tier != "Baseline":
		c.refuse(path, c.spelling(path, tier, "Admin", "Baseline"), "has the tier %s, and the tiers are Admin and Baseline", tier)
	}
}
