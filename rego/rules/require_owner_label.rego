# METADATA
# title: namespace or policy does not say whom it belongs to
# description: |
#   When a policy stands in the way of somebody, or lets too much through, the
#   first question is whom to ask. A label or an annotation answers it.
#
#   Not checked: namespaces that the input does not declare, and those of the
#   cluster such as kube-system.
# custom:
#   severity: warning
#   preset: all
#   tags: [coverage]
#   parameters:
#     keys:
#       description: labels or annotations, of which one must be there and not empty
#       default: [owner]
package nplint.rules.require_owner_label

keys := data.nplint.config["require-owner-label"].keys

report contains finding if {
	some object in array.concat(declared, input.policies)
	not owned(object)
	finding := {
		"object": object.id,
		"path": ["metadata"],
		"message": sprintf("%s has none of the labels and annotations %s, so nobody can tell whom to ask about it", [
			object.id,
			concat(", ", keys),
		]),
	}
}

declared := [n | some n in input.namespaces; n.declared; not n.system]

owned(object) if {
	some key in keys
	some values in [object.labels, object.annotations]
	values[key] != ""
}
