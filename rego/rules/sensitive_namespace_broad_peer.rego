# METADATA
# title: policy opens a namespace with sensitive data to a broad peer
# description: |
#   What may touch sensitive data should be listed one by one. A rule without
#   peers, a selector of every namespace, or a large block of addresses admits
#   more than anybody meant. Namespaces with such data carry a label.
# custom:
#   severity: error
#   preset: all
#   tags: [peers, exposure]
#   score: 7.0
#   parameters:
#     label:
#       description: label of namespaces that says what data they hold
#       default: data-classification
#     values:
#       description: values of the label that mean sensitive data
#       default: [confidential, restricted]
#     prefix:
#       description: shortest prefix that a block of IPv4 addresses may have
#       default: 16
package nplint.rules.sensitive_namespace_broad_peer

config := data.nplint.config["sensitive-namespace-broad-peer"]

report contains finding if {
	some policy in input.policies
	sensitive[policy.namespace]
	some direction in ["ingress", "egress"]
	policy[direction].isolates
	some rule in policy[direction].rules
	some open in openings(rule)
	finding := {
		"object": policy.id,
		"path": open.path,
		"message": sprintf("%s allows %s %s, although its namespace holds %s data", [
			policy.id, ends[direction], open.what, sensitive[policy.namespace],
		]),
	}
}

sensitive := {namespace.name: class |
	some namespace in input.namespaces
	class := namespace.labels[config.label]
	class in config.values
}

ends := {"ingress": "connections from", "egress": "connections to"}

openings(rule) := [{"path": rule.path, "what": "everything"}] if rule.all_peers

openings(rule) := [{"path": peer.path, "what": broad(peer)} | some peer in rule.peers] if not rule.all_peers

broad(peer) := "pods of every namespace" if {
	count(peer.namespace_selector.matchLabels) == 0
	count(peer.namespace_selector.matchExpressions) == 0
}

broad(peer) := concat(", ", large) if {
	large := [cidr | some cidr in peer.cidrs; shortest(cidr)]
	count(large) > 0
}

shortest(cidr) if {
	not contains(cidr, ":")
	to_number(split(cidr, "/")[1]) < config.prefix
}

# An IPv6 site has a /48.
shortest(cidr) if {
	contains(cidr, ":")
	to_number(split(cidr, "/")[1]) < 48
}
