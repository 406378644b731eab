package reach_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
	"github.com/nplint/nplint/rules"
)

// BenchmarkEngine builds the engine of a parsed cluster, computes all pairs and
// finds what is redundant.
func BenchmarkEngine(b *testing.B) {
	for _, size := range []linttest.Cluster{
		{Namespaces: 100, Workloads: 10, Replicas: 1, Policies: 10},
		{Namespaces: 2000, Workloads: 10, Replicas: 5, Policies: 10},
		{Namespaces: 2000, Workloads: 50, Replicas: 1, Policies: 10},
	} {
		b.Run(size.String(), func(b *testing.B) {
			objects := size.Objects(b)
			bundle := &manifest.Bundle{Objects: objects}
			g := graph.New(objects)
			var redundant []*lint.Rule
			for _, r := range rules.All() {
				if strings.HasPrefix(r.Name, "redundant-") {
					redundant = append(redundant, r)
				}
			}
			options := lint.DefaultOptions()
			b.ReportAllocs()
			for b.Loop() {
				e := reach.New(g, options)
				if pairs, err := reach.Pairs(e); err != nil || pairs == 0 {
					b.Fatal(pairs, err)
				}
				if _, err := lint.Run(context.Background(), redundant, bundle, g, options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkGrowth builds the engine and computes all pairs. Of every shape of
// input there are three sizes, each twice that before.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{500, 1000, 2000} {
		size := linttest.Cluster{Namespaces: 1, Workloads: 5 * n, Replicas: 1, Policies: n}
		benchmarkPairs(b, "one-namespace/"+size.String(), size.Files())
	}
	for _, n := range []int{1000, 2000, 4000} {
		benchmarkPairs(b, fmt.Sprintf("unselective/%d-policies", n), linttest.Unselective(n))
	}
	for _, n := range []int{1250, 2500, 5000} {
		benchmarkPairs(b, fmt.Sprintf("ip-blocks/%d-blocks", n), linttest.Blocks(n))
	}
}

func benchmarkPairs(b *testing.B, name string, input fs.FS) {
	b.Run(name, func(b *testing.B) {
		g := graph.New(linttest.Objects(b, input))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reach.Pairs(reach.New(g, lint.DefaultOptions())); err != nil {
				b.Fatal(err)
			}
		}
	})
}
