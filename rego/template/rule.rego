# METADATA
# title: policy admits connections from everywhere
# description: |
#   Say here why it matters, and what the rule does not check.
# custom:
#   severity: warning
package nplint.rules.my_rule

report contains finding if {
	some policy in input.policies
	policy.ingress.isolates
	some rule in policy.ingress.rules
	rule.all_peers
	finding := {
		"object": policy.id,
		"path": rule.path,
		"message": sprintf("%s admits connections from everywhere", [policy.id]),
	}
}
