# METADATA
# title: policy leads out of the cluster and does not say why
# description: |
#   A block of addresses means nothing to whoever reads it next year. An annotation
#   that says what is behind it, or names the ticket that asked for it, does.
#
#   Not checked: whether what the annotation says is true.
# custom:
#   severity: warning
#   preset: all
#   tags: [peers]
#   parameters:
#     annotation:
#       description: annotation of the policy that holds the reason
#       default: reason
package nplint.rules.external_peer_reason

annotation := data.nplint.config["external-peer-reason"].annotation

report contains finding if {
	some policy in input.policies
	object.get(policy.annotations, annotation, "") == ""
	peers := [peer | some direction in ["ingress", "egress"]; some rule in policy[direction].rules; some peer in rule.peers; peer.cidrs]
	count(peers) > 0
	finding := {
		"object": policy.id,
		"path": peers[0].path,
		"message": sprintf("%s names the addresses %s and has no annotation %s that says what they are", [
			policy.id,
			concat(", ", {cidr | some peer in peers; some cidr in peer.cidrs}), annotation,
		]),
	}
}
