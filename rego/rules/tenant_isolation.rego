# METADATA
# title: pods of one tenant may be reached by another
# description: |
#   Tenants that share a cluster are parted by policies alone: each workload must
#   be isolated for ingress, and no policy may admit the namespaces of another
#   tenant. The tenant of a namespace is the value of a label of it. Tenants that
#   serve all others, such as monitoring, are listed as shared.
#
#   Not checked: namespaces without that label, pods on the host network, and
#   peers whose namespaces may match but are not declared in the input.
# custom:
#   severity: error
#   preset: all
#   tags: [peers, exposure]
#   score: 7.0
#   parameters:
#     label:
#       description: label of namespaces that holds their tenant
#       default: tenant
#     shared:
#       description: tenants that may reach the others
#       default: []
package nplint.rules.tenant_isolation

config := data.nplint.config["tenant-isolation"]

report contains finding if {
	some policy in input.policies
	own := tenant[policy.namespace]
	policy.ingress.isolates
	some rule in policy.ingress.rules
	some peer in rule.peers
	others := {foreign | some name in peer.namespaces; foreign := tenant[name]; foreign != own; not foreign in config.shared}
	count(others) > 0
	finding := {
		"object": policy.id,
		"path": peer.path,
		"message": sprintf("%s of the tenant %s admits pods of %s", [policy.id, own, concat(", ", others)]),
	}
}

report contains finding if {
	count({t | some t in tenant}) > 1
	some workload in input.workloads
	own := tenant[workload.namespace]
	not own in config.shared
	not nplint.isolated(workload.id, "ingress")
	not workload.host_network
	not workload.hook
	finding := {
		"object": workload.id,
		"path": ["metadata", "name"],
		"message": sprintf("%s of the tenant %s is not isolated for ingress, so every other tenant may connect to it", [
			workload.id,
			own,
		]),
	}
}

tenant := {namespace.name: namespace.labels[config.label] | some namespace in input.namespaces}
