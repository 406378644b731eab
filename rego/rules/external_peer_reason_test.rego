package nplint.rules.external_peer_reason_test

import data.nplint.rules.external_peer_reason

test_one_finding_for_all_blocks if {
	found := external_peer_reason.report with input as data.nplint.fixtures["external-peer-reason/bad.yaml"]
	count(found) == 1
}

test_the_annotation_can_be_chosen if {
	found := external_peer_reason.report with input as data.nplint.fixtures["external-peer-reason/good.yaml"]
		with data.nplint.config["external-peer-reason"].annotation as "ticket"
	count(found) == 1
}
