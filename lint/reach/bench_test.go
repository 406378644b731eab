package reach_test

import (
	"context"
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
