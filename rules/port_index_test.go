package rules

import (
	"slices"
	"testing"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
)

// TestPortIndex finds the same wider policies, in the same order, as a comparison
// of all.
func TestPortIndex(t *testing.T) {
	found, narrowed := 0, 0
	for _, cluster := range []linttest.Cluster{
		{Namespaces: 1, Workloads: 30, Replicas: 1, Policies: 300},
		{Namespaces: 3, Workloads: 8, Replicas: 1, Policies: 120},
	} {
		for _, n := range graph.New(cluster.Objects(t)).Namespaces {
			subjects, ports := indexSubjects(n.Policies), indexPorts(n.Policies)
			for _, p := range n.Policies {
				some, ok := ports.allowing(p, 2*len(n.Policies))
				if !ok {
					continue
				}
				if len(some) < len(n.Policies) {
					narrowed++
				}
				without := func(q *graph.Policy) bool { return !policyWithin(p, q) }
				want := slices.DeleteFunc(slices.Collect(subjects.containing(p)), without)
				got := slices.DeleteFunc(subjects.containingAmong(p, some), without)
				if !slices.Equal(got, want) {
					t.Errorf("%s lies within %v, by the index within %v", p, want, got)
				}
				found += len(want)
			}
		}
	}
	if found < 100 || narrowed < 100 {
		t.Errorf("%d pairs are compared, %d policies have fewer candidates: too few", found, narrowed)
	}
}
