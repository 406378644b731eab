# METADATA
# title: policy names addresses that nobody approved
# description: |
#   Blocks of addresses lead out of the cluster. Where all that may be reached, or
#   may connect, is known, a block outside of it is a mistake or a way out.
#
#   Nothing is reported where no range is approved. Exceptions within a block do
#   not matter, and neither do rules without peers, which forbid-any-address
#   finds.
# custom:
#   severity: warning
#   preset: all
#   tags: [peers, exposure]
#   score: 5.0
#   parameters:
#     cidrs:
#       description: ranges of addresses that policies may name, or parts of
#       default: []
#     directions:
#       description: directions to look at
#       default: [ingress, egress]
package nplint.rules.approved_external_cidrs

config := data.nplint.config["approved-external-cidrs"]

report contains finding if {
	count(config.cidrs) > 0
	some policy in input.policies
	some direction in config.directions
	some rule in policy[direction].rules
	rule.action == "allow"
	some peer in rule.peers
	some cidr in peer.cidrs
	not approved(cidr)
	finding := {
		"object": policy.id,
		"path": peer.path,
		"message": sprintf("%s allows %s, which is in none of the approved ranges %s", [
			policy.id, cidr,
			concat(", ", config.cidrs),
		]),
	}
}

approved(cidr) if {
	some range in config.cidrs
	net.cidr_contains(range, cidr)
}
