package nplint.rules.forbid_any_address_test

import data.nplint.rules.forbid_any_address

test_every_way_to_say_everything_is_reported if {
	found := forbid_any_address.report with input as data.nplint.fixtures["forbid-any-address/bad.yaml"]
	count(found) == 4
}

test_listed_namespaces_may if {
	count(forbid_any_address.report) == 0 with input as data.nplint.fixtures["forbid-any-address/bad.yaml"]
		with data.nplint.config["forbid-any-address"].namespaces as ["shop"]
}

test_directions if {
	found := forbid_any_address.report with input as data.nplint.fixtures["forbid-any-address/bad.yaml"]
		with data.nplint.config["forbid-any-address"].namespaces as ["edge"]
		with data.nplint.config["forbid-any-address"].directions as ["ingress"]
	{finding.message | some finding in found} == {"shop/NetworkPolicy/web allows connections from 0.0.0.0/0, which only edge may"}
}
