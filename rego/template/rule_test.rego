package nplint.rules.my_rule_test

import data.nplint.rules.my_rule

test_a_rule_without_peers_is_reported if {
	found := my_rule.report with input as data.nplint.fixtures["my-rule/bad.yaml"]
	{finding.path | some finding in found} == {["spec", "ingress", 0]}
}

test_listed_peers_are_not if {
	count(my_rule.report) == 0 with input as data.nplint.fixtures["my-rule/good.yaml"]
}
