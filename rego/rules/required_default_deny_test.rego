package nplint.rules.required_default_deny_test

import data.nplint.rules.required_default_deny

test_each_direction_counts if {
	found := required_default_deny.report with input as data.nplint.fixtures["required-default-deny/bad.yaml"]
	count(found) == 1
}

test_other_tiers_are_free if {
	count(required_default_deny.report) == 0 with input as data.nplint.fixtures["required-default-deny/bad.yaml"]
		with data.nplint.config["required-default-deny"].values as ["secret"]
}
