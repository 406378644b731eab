package nplint.rules.approved_external_cidrs_test

import data.nplint.rules.approved_external_cidrs

test_nothing_without_a_list if {
	count(approved_external_cidrs.report) == 0 with input as data.nplint.fixtures["approved-external-cidrs/bad.yaml"]
}

test_a_part_is_approved_with_the_whole if {
	count(approved_external_cidrs.report) == 0 with input as data.nplint.fixtures["approved-external-cidrs/bad.yaml"]
		with data.nplint.config["approved-external-cidrs"].cidrs as ["0.0.0.0/0", "2001:db8::/31"]
}

test_directions if {
	found := approved_external_cidrs.report with input as data.nplint.fixtures["approved-external-cidrs/bad.yaml"]
		with data.nplint.config["approved-external-cidrs"].cidrs as ["10.0.0.0/8"]
		with data.nplint.config["approved-external-cidrs"].directions as ["ingress"]
	{finding.path | some finding in found} == {["spec", "ingress", 0, "from", 0]}
}
