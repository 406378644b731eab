package nplint.rules.require_owner_label_test

import data.nplint.rules.require_owner_label

test_what_has_no_owner_is_reported if {
	found := require_owner_label.report with input as data.nplint.fixtures["require-owner-label/bad.yaml"]
	{finding.object | some finding in found} == {"Namespace/shop", "shop/NetworkPolicy/web"}
}

test_any_of_the_keys_will_do if {
	count(require_owner_label.report) == 0 with input as data.nplint.fixtures["require-owner-label/bad.yaml"]
		with data.nplint.config["require-owner-label"].keys as ["team", "app"]
		with input.policies as []
}
