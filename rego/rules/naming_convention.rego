# METADATA
# title: name of a policy does not follow the convention
# description: |
#   Names are what people see in lists and in alerts. With a pattern such as
#   ^(allow|deny)-[a-z0-9-]+$ they say what a policy does before anybody opens it.
#
#   Nothing is reported where no pattern is set.
# custom:
#   severity: warning
#   preset: all
#   tags: [schema]
#   parameters:
#     pattern:
#       description: regular expression that a name must match
#       default: ""
package nplint.rules.naming_convention

pattern := data.nplint.config["naming-convention"].pattern

report contains finding if {
	pattern != ""
	some policy in input.policies
	not regex.match(pattern, policy.name)
	finding := {
		"object": policy.id,
		"path": ["metadata", "name"],
		"message": sprintf("the name of %s does not match %s", [policy.id, pattern]),
	}
}
