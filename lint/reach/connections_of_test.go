package reach_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/reach"
)

// TestConnectionsOf checks that the connections of single workloads are those
// of the whole list.
func TestConnectionsOf(t *testing.T) {
	g := graph.New(linttest.Cluster{Namespaces: 3, Workloads: 10, Replicas: 1, Policies: 8}.Objects(t))
	e := reach.New(g, lint.DefaultOptions())
	all, err := e.Connections(context.Background())
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	for _, w := range g.Workloads {
		var want []reach.Connection
		for _, c := range all {
			if c.Source.Workload() == w || c.Destination.Workload() == w {
				want = append(want, c)
			}
		}
		if got := e.ConnectionsOf(w); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d connections, want %d", w, len(got), len(want))
		}
	}
}
