# METADATA
# title: policy admits every address outside of the namespaces that may
# description: |
#   A rule that lists no peers, or a block such as 0.0.0.0/0, holds for everything
#   inside and outside of the cluster, in egress also for where stolen data would
#   go. Some namespaces need it, such as the one of the ingress controller; list
#   them.
#
#   Half of the address space counts as all of it: 0.0.0.0/1 beside 128.0.0.0/1 is
#   the usual way around such a check. Exceptions within a block do not matter.
# custom:
#   severity: warning
#   preset: all
#   tags: [peers, exposure]
#   score: 5.0
#   parameters:
#     namespaces:
#       description: namespaces whose policies may do so
#       default: []
#     directions:
#       description: directions to look at
#       default: [ingress, egress]
package nplint.rules.forbid_any_address

config := data.nplint.config["forbid-any-address"]

report contains finding if {
	some policy in input.policies
	not exempt(policy)
	some direction in config.directions
	some rule in policy[direction].rules
	rule.action == "allow"
	some open in openings(rule)
	finding := {
		"object": policy.id,
		"path": open.path,
		"message": sprintf("%s allows %s %s, which only %s may", [
			policy.id, ends[direction], open.what, exempted,
		]),
	}
}

exempt(policy) if policy.namespace in config.namespaces

exempted := "a listed namespace" if count(config.namespaces) == 0

exempted := concat(", ", config.namespaces) if count(config.namespaces) > 0

ends := {"ingress": "connections from", "egress": "connections to"}

openings(rule) := [{"path": rule.path, "what": "everything"}] if rule.all_peers

openings(rule) := [{"path": peer.path, "what": cidr} |
	some peer in rule.peers
	some cidr in peer.cidrs
	regex.match(`/[01]$`, cidr)
] if {
	not rule.all_peers
}
