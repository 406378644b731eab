package fix_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/fix"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/reach"
	"github.com/nplint/nplint/rules"
)

// TestNear compares what fixes change near their policies with what they change
// anywhere.
func TestNear(t *testing.T) {
	ctx, options := context.Background(), lint.DefaultOptions()
	cluster := linttest.Cluster{Namespaces: 12, Workloads: 4, Replicas: 1, Policies: 8}
	r, err := load.Load(ctx, load.Input{FS: cluster.Files(), Dir: ".", Paths: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	b := r.Bundles[0]
	g := graph.New(b.Objects)
	found, err := lint.Run(ctx, rules.All(), b, g, options)
	if err != nil {
		t.Fatal(err)
	}
	local := 0
	for _, d := range found {
		for _, f := range d.Fixes {
			change, err := fix.Plan(f)
			if err != nil {
				continue
			}
			got, want, ok := fix.NearAndAnywhere(t, g, b, change, options)
			if !ok {
				continue
			}
			local++
			if show(got) != show(want) {
				t.Errorf("%s: %s: near its policy it changes\n%sand anywhere\n%s", d.Rule.Name, f.Message, show(got), show(want))
			}
		}
	}
	if local < 20 {
		t.Errorf("only %d fixes were compared", local)
	}
}

func show(differences []reach.Difference) string {
	var lines []string
	for _, d := range differences {
		lines = append(lines, fmt.Sprintf("%s -> %s: gained %v, lost %v\n", d.Source, d.Destination, d.Gained, d.Lost))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
