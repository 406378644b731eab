package nplint.rules.sensitive_namespace_broad_peer_test

import data.nplint.rules.sensitive_namespace_broad_peer

test_broad_peers_are_reported if {
	found := sensitive_namespace_broad_peer.report with input as data.nplint.fixtures["sensitive-namespace-broad-peer/bad.yaml"]
	count(found) == 4
}

test_the_prefix_can_be_chosen if {
	found := sensitive_namespace_broad_peer.report with input as data.nplint.fixtures["sensitive-namespace-broad-peer/bad.yaml"]
		with data.nplint.config["sensitive-namespace-broad-peer"].prefix as 8
	not ["spec", "ingress", 0, "from", 1] in {finding.path | some finding in found}
}
