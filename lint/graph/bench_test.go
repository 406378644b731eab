package graph_test

import (
	"testing"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
)

// BenchmarkLink builds the graph of parsed objects.
func BenchmarkLink(b *testing.B) {
	for _, size := range linttest.Sizes {
		b.Run(size.String(), func(b *testing.B) {
			objects := size.Objects(b)
			b.ReportAllocs()
			for b.Loop() {
				graph.New(objects)
			}
		})
	}
}
