package nplint.rules.tenant_isolation_test

import data.nplint.rules.tenant_isolation

test_open_pods_and_foreign_peers_are_reported if {
	found := tenant_isolation.report with input as data.nplint.fixtures["tenant-isolation/bad.yaml"]
	{finding.object | some finding in found} == {"blue-web/Deployment/web", "red-web/NetworkPolicy/web"}
}

test_shared_tenants_may_come_in_and_stand_open if {
	count(tenant_isolation.report) == 0 with input as data.nplint.fixtures["tenant-isolation/bad.yaml"]
		with data.nplint.config["tenant-isolation"].shared as ["blue"]
}

test_isolation_can_be_replaced if {
	count(tenant_isolation.report) == 1 with input as data.nplint.fixtures["tenant-isolation/bad.yaml"]
		with nplint.isolated as true
}
