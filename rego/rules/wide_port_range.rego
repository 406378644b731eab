# METADATA
# title: policy opens a wide range of ports
# description: |
#   A range of ports opens also what will listen there one day. Few protocols need
#   more than a handful; passive FTP and some media servers do.
#
#   Not checked: rules and entries that open every port, which approved-ports
#   finds.
# custom:
#   severity: warning
#   preset: all
#   tags: [ports, exposure]
#   parameters:
#     limit:
#       description: the most ports that one entry may open
#       default: 100
package nplint.rules.wide_port_range

limit := data.nplint.config["wide-port-range"].limit

report contains finding if {
	some policy in input.policies
	some direction in ["ingress", "egress"]
	some rule in policy[direction].rules
	rule.action == "allow"
	some port in rule.ports
	opened := (port.end_port - port.port) + 1
	opened > limit
	finding := {
		"object": policy.id,
		"path": port.path,
		"message": sprintf("%s opens the %d ports %d-%d/%s, more than %d", [
			policy.id, opened, port.port, port.end_port, port.protocol, limit,
		]),
	}
}
