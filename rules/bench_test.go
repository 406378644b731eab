package rules

import (
	"context"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/manifest"
)

// BenchmarkRules runs the rules of the default preset with what they require,
// the engine included.
func BenchmarkRules(b *testing.B) {
	var recommended []*lint.Rule
	for _, r := range All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	for _, size := range linttest.Sizes {
		b.Run(size.String(), func(b *testing.B) {
			objects := size.Objects(b)
			bundle := &manifest.Bundle{Name: "default", Objects: objects}
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer() // a graph keeps the answers of the last run
				g := graph.New(objects)
				b.StartTimer()
				if _, err := lint.Run(context.Background(), recommended, bundle, g, lint.DefaultOptions()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRule runs every rule alone; what it requires is there.
func BenchmarkRule(b *testing.B) {
	size := linttest.Sizes[0]
	objects := size.Objects(b)
	pass := lint.Pass{
		Context: context.Background(), Options: lint.DefaultOptions(), Bundle: &manifest.Bundle{Name: "default", Objects: objects},
		Graph: graph.New(objects), ResultOf: map[*lint.Rule]any{}, Report: func(lint.Diagnostic) {},
	}
	for _, r := range All() {
		b.Run(size.String()+"/"+r.Name, func(b *testing.B) {
			provide(b, pass, r.Requires)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Run(&pass); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// provide runs providers that have not run yet, after what they require.
func provide(b *testing.B, pass lint.Pass, providers []*lint.Rule) {
	for _, p := range providers {
		if _, known := pass.ResultOf[p]; known {
			continue
		}
		provide(b, pass, p.Requires)
		var err error
		if pass.ResultOf[p], err = p.Run(&pass); err != nil {
			b.Fatal(err)
		}
	}
}
