# METADATA
# title: policy allows connections across environments
# description: |
#   Development, test and production that share a cluster are parted by policies
#   alone. A peer that selects pods of another environment takes the wall down.
#   The environment of a namespace is the value of a label of it.
#
#   Not checked: namespaces without that label, and peers whose namespaces may
#   match but are not declared in the input.
# custom:
#   severity: warning
#   preset: all
#   tags: [peers, exposure]
#   score: 5.0
#   parameters:
#     label:
#       description: label of namespaces that holds their environment
#       default: env
package nplint.rules.environment_boundary

label := data.nplint.config["environment-boundary"].label

report contains finding if {
	some policy in input.policies
	own := environment[policy.namespace]
	some direction in ["ingress", "egress"]
	policy[direction].isolates
	some rule in policy[direction].rules
	some peer in rule.peers
	others := {sprintf("%s (%s)", [name, environment[name]]) | some name in peer.namespaces; environment[name] != own}
	count(others) > 0
	finding := {
		"object": policy.id,
		"path": peer.path,
		"message": sprintf("%s of the environment %s allows %s: %s", [
			policy.id, own, ends[direction],
			concat(", ", others),
		]),
	}
}

environment := {namespace.name: namespace.labels[label] | some namespace in input.namespaces}

ends := {"ingress": "connections from another one", "egress": "connections to another one"}
