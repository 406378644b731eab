package linttest_test

import (
	"bytes"
	"testing"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
)

// TestCluster checks that a generated cluster is what its size says, the same
// every time.
func TestCluster(t *testing.T) {
	c := linttest.Cluster{Namespaces: 20, Workloads: 10, Replicas: 5, Policies: 10}
	g := graph.New(c.Objects(t))
	if len(g.Namespaces) != 22 || len(g.Workloads) != 202 || len(g.Policies) != 200 {
		t.Errorf("%d namespaces, %d workloads, %d policies", len(g.Namespaces), len(g.Workloads), len(g.Policies))
	}
	for _, p := range g.Policies {
		if len(p.Workloads) == 0 {
			t.Errorf("%s selects nothing", p)
		}
	}
	again := c.Files()
	for name, file := range c.Files() {
		if !bytes.Equal(file.Data, again[name].Data) {
			t.Errorf("%s differs the second time", name)
		}
	}
	if got := c.String(); got != "200-workloads-1000-pods-200-policies" {
		t.Error(got)
	}
}
