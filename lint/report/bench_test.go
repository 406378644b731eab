package report_test

import (
	"context"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
	"github.com/nplint/nplint/lint/report"
	"github.com/nplint/nplint/rules"
)

// BenchmarkReport writes the findings of all rules in every format.
func BenchmarkReport(b *testing.B) {
	everything := report.Style{Show: lint.Info}
	formats := map[string]func(*report.Report) error{
		"text":       func(r *report.Report) error { return report.Text(io.Discard, r, everything) },
		"concise":    func(r *report.Report) error { return report.Concise(io.Discard, r, everything) },
		"markdown":   func(r *report.Report) error { return report.Markdown(io.Discard, r, everything) },
		"github":     func(r *report.Report) error { return report.GitHub(io.Discard, r, everything) },
		"json":       func(r *report.Report) error { return report.JSON(io.Discard, r) },
		"gitlab":     func(r *report.Report) error { return report.GitLab(io.Discard, r) },
		"junit":      func(r *report.Report) error { return report.JUnit(io.Discard, r) },
		"checkstyle": func(r *report.Report) error { return report.Checkstyle(io.Discard, r) },
		"sarif":      func(r *report.Report) error { _, err := report.SARIF(io.Discard, r); return err },
	}
	for _, size := range linttest.Sizes {
		r := &report.Report{Rules: rules.All(), Version: "benchmark", Diagnostics: lint.Merge(findings(b, size))}
		r.Summary.Count(r.Diagnostics)
		for _, name := range slices.Sorted(maps.Keys(formats)) {
			b.Run(name+"/"+size.String(), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := formats[name](r); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkMerge sorts and joins the findings of all rules.
func BenchmarkMerge(b *testing.B) {
	for _, size := range linttest.Sizes {
		b.Run(size.String(), func(b *testing.B) {
			found := findings(b, size)
			b.ReportAllocs()
			for b.Loop() {
				lint.Merge(slices.Clone(found))
			}
		})
	}
}

func findings(b *testing.B, size linttest.Cluster) []lint.Diagnostic {
	b.Helper()
	objects := size.Objects(b)
	bundle := &manifest.Bundle{Name: "default", Objects: objects}
	found, err := lint.Run(context.Background(), rules.All(), bundle, graph.New(objects), lint.DefaultOptions())
	if err != nil {
		b.Fatal(err)
	}
	return found
}

// BenchmarkConnections computes all connections, and writes them in every
// format.
func BenchmarkConnections(b *testing.B) {
	size := linttest.Sizes[0]
	g := graph.New(size.Objects(b))
	list := func(b *testing.B) []report.Connections {
		list, err := reach.New(g, lint.DefaultOptions()).Connections(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		return []report.Connections{{Bundle: "default", List: list}}
	}
	b.Run("compute/"+size.String(), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			list(b)
		}
	})
	all := list(b)
	for _, name := range slices.Sorted(maps.Keys(report.ConnectionFormats)) {
		b.Run(name+"/"+size.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := report.ConnectionFormats[name](io.Discard, all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
