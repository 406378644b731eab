# METADATA
# title: namespace has more policies than anybody oversees
# description: |
#   Policies add up: what is allowed in a namespace is the union of all of them.
#   From some number on nobody can tell any more what that is, and a namespace is
#   better parted or its policies merged.
# custom:
#   severity: info
#   preset: all
#   tags: [coverage]
#   parameters:
#     limit:
#       description: the most policies that a namespace may have
#       default: 20
package nplint.rules.max_policies_per_namespace

limit := data.nplint.config["max-policies-per-namespace"].limit

report contains finding if {
	some namespace in input.namespaces
	count(namespace.policies) > limit
	finding := {
		"object": namespace.id,
		"message": sprintf("%s has %d policies, more than %d, so what they allow together is hard to tell", [
			namespace.id,
			count(namespace.policies), limit,
		]),
	}
}
