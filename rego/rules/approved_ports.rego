# METADATA
# title: policy opens a port that nobody approved
# description: |
#   Where services speak on known ports, any other port in a policy is a mistake, a
#   debugging port that was left open, or a service that nobody announced. A rule
#   that lists no ports opens all of them.
#
#   Nothing is reported where no port is approved.
# custom:
#   severity: warning
#   preset: all
#   tags: [ports, exposure]
#   parameters:
#     ports:
#       description: what may be opened, as 443, 53/UDP, 8000-8999 or the name of a container port; TCP where no protocol is written
#       default: []
package nplint.rules.approved_ports

ports := data.nplint.config["approved-ports"].ports

report contains finding if {
	count(ports) > 0
	some policy in input.policies
	some direction in ["ingress", "egress"]
	some rule in policy[direction].rules
	rule.action == "allow"
	some open in openings(rule)
	finding := {
		"object": policy.id,
		"path": open.path,
		"message": sprintf("%s opens %s, of which only %s is approved", [policy.id, open.what, concat(", ", ports)]),
	}
}

openings(rule) := [{"path": rule.path, "what": "every port"}] if rule.all_ports

openings(rule) := [{"path": port.path, "what": describe(port)} |
	some port in rule.ports
	not approved(port)
] if {
	not rule.all_ports
}

approved(port) if port.name in ports

approved(port) if {
	some range in ranges
	port.protocol == range.protocol
	port.port >= range.from
	port.end_port <= range.to
}

ranges contains {"protocol": protocol, "from": from, "to": to} if {
	some text in ports
	groups := regex.find_all_string_submatch_n(`^([0-9]+)(?:-([0-9]+))?(?:/([A-Z]+))?$`, text, 1)[0]
	from := to_number(groups[1])
	to := to_number([g | some g in [groups[2], groups[1]]; g != ""][0])
	protocol := [g | some g in [groups[3], "TCP"]; g != ""][0]
}

describe(port) := sprintf("the port %s", [port.name]) if port.name

describe(port) := sprintf("every port of %s", [port.protocol]) if port.all

describe(port) := sprintf("%d/%s", [port.port, port.protocol]) if port.port == port.end_port

describe(port) := sprintf("%d-%d/%s", [port.port, port.end_port, port.protocol]) if port.port < port.end_port
