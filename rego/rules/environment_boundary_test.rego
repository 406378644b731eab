package nplint.rules.environment_boundary_test

import data.nplint.rules.environment_boundary

test_another_environment_is_reported if {
	found := environment_boundary.report with input as data.nplint.fixtures["environment-boundary/bad.yaml"]
	{finding.path[1] | some finding in found} == {"ingress", "egress"}
}

test_the_label_can_be_chosen if {
	count(environment_boundary.report) == 0 with input as data.nplint.fixtures["environment-boundary/bad.yaml"]
		with data.nplint.config["environment-boundary"].label as "stage"
}
