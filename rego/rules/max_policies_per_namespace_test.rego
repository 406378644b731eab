package nplint.rules.max_policies_per_namespace_test

import data.nplint.rules.max_policies_per_namespace

test_the_limit_itself_is_fine if {
	count(max_policies_per_namespace.report) == 0 with input as data.nplint.fixtures["max-policies-per-namespace/bad.yaml"]
		with data.nplint.config["max-policies-per-namespace"].limit as 2
}

test_one_more_is_not if {
	found := max_policies_per_namespace.report with input as data.nplint.fixtures["max-policies-per-namespace/bad.yaml"]
		with data.nplint.config["max-policies-per-namespace"].limit as 1
	{finding.object | some finding in found} == {"Namespace/shop"}
}
