package nplint.rules.approved_ports_test

import data.nplint.rules.approved_ports

test_nothing_without_a_list if {
	count(approved_ports.report) == 0 with input as data.nplint.fixtures["approved-ports/bad.yaml"]
}

test_names_ranges_and_protocols if {
	found := approved_ports.report with input as data.nplint.fixtures["approved-ports/bad.yaml"]
		with data.nplint.config["approved-ports"].ports as ["443", "1-9000", "metrics", "debug", "53/UDP"]
	{finding.path | some finding in found} == {["spec", "ingress", 1], ["spec", "egress", 0, "ports", 2]}
}
