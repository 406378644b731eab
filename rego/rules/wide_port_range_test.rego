package nplint.rules.wide_port_range_test

import data.nplint.rules.wide_port_range

test_the_limit_itself_is_fine if {
	found := wide_port_range.report with input as data.nplint.fixtures["wide-port-range/bad.yaml"]
		with data.nplint.config["wide-port-range"].limit as 101
	{finding.path | some finding in found} == {["spec", "ingress", 0, "ports", 0]}
}
