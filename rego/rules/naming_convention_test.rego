package nplint.rules.naming_convention_test

import data.nplint.rules.naming_convention

test_the_pattern_is_for_whole_names if {
	found := naming_convention.report with input as data.nplint.fixtures["naming-convention/bad.yaml"]
		with data.nplint.config["naming-convention"].pattern as "^allow-"
	{finding.object | some finding in found} == {"shop/NetworkPolicy/web"}
}

test_nothing_without_a_pattern if {
	count(naming_convention.report) == 0 with input as data.nplint.fixtures["naming-convention/bad.yaml"]
}
