# METADATA
# title: namespace of a tier that must deny by default does not
# description: |
#   A policy that selects all pods and allows nothing isolates also the pod that
#   somebody adds tomorrow. Where the tier of a namespace asks for it, its absence
#   is a mistake. The tier is the value of a label of the namespace.
#
#   Not checked: namespaces that the input does not declare.
# custom:
#   severity: error
#   preset: all
#   tags: [coverage]
#   score: 6.0
#   parameters:
#     label:
#       description: label of namespaces that holds their tier
#       default: tier
#     values:
#       description: tiers that must deny by default
#       default: [restricted]
#     directions:
#       description: directions in which they must
#       default: [ingress, egress]
package nplint.rules.required_default_deny

config := data.nplint.config["required-default-deny"]

report contains finding if {
	some namespace in input.namespaces
	namespace.declared
	namespace.labels[config.label] in config.values
	some direction in config.directions
	not denied[[namespace.name, direction]]
	finding := {
		"object": namespace.id,
		"path": ["metadata", "labels", config.label],
		"message": sprintf("%s is of the tier %s, but no policy isolates all of its pods for %s and allows nothing", [
			namespace.id,
			namespace.labels[config.label], direction,
		]),
	}
}

denied contains [policy.namespace, direction] if {
	some policy in input.policies
	everything(policy.subject.pod_selector)
	some direction in ["ingress", "egress"]
	policy[direction].isolates
	count(policy[direction].rules) == 0
}

everything(selector) if {
	count(selector.matchLabels) == 0
	count(selector.matchExpressions) == 0
}
