package rego_test

import (
	"context"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/rego"
	"github.com/nplint/nplint/rules"
)

// large has 10,000 policies.
var large = linttest.Cluster{Namespaces: 1000, Workloads: 10, Replicas: 1, Policies: 10}

// BenchmarkRules runs the rules of the default preset, and all built-in rules
// in Rego, which are a dozen, over the same bundle.
func BenchmarkRules(b *testing.B) {
	objects := large.Objects(b)
	bundle := &manifest.Bundle{Name: "default", Objects: objects}
	var recommended []*lint.Rule
	for _, r := range rules.All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	options := lint.DefaultOptions()
	options.RegoConfig = map[string]any{
		"approved-ports":          map[string]any{"ports": []any{"1-65535", "1-65535/UDP"}},
		"approved-external-cidrs": map[string]any{"cidrs": []any{"10.0.0.0/8"}},
		"naming-convention":       map[string]any{"pattern": "^[a-z]"},
		"require-owner-label":     map[string]any{"keys": []any{"team", "app.kubernetes.io/part-of"}},
		"tenant-isolation":        map[string]any{"label": "team"},
	}
	for _, run := range []struct {
		name  string
		rules []*lint.Rule
	}{{"Go", recommended}, {"Rego", rego.BuiltIn()}} {
		b.Run(run.name+"/"+large.String(), func(b *testing.B) {
			for b.Loop() {
				g := graph.New(objects)
				found, err := lint.Run(context.Background(), run.rules, bundle, g, options)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(found)), "findings")
			}
		})
	}
}
