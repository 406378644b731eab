package rules

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
)

const webPolicy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
---
`

const webAndToolbox = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: toolbox}
`

// TestDefaultDeny adds the files that fixes propose, until nothing is left to
// propose: they must be policies that do what the rules ask for.
func TestDefaultDeny(t *testing.T) {
	tests := []struct {
		name, manifest string
		files          []string
	}{
		{"a policy", webPolicy + webAndToolbox, []string{
			"apps/default-deny-egress-shop.yaml", "apps/default-deny-ingress-shop.yaml",
		}},
		{"no policy", webAndToolbox, []string{
			"apps/default-deny-egress-shop.yaml", "apps/default-deny-egress.yaml", "apps/default-deny-ingress.yaml",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := fstest.MapFS{"apps/shop.yaml": {Data: []byte(test.manifest)}}
			for range test.files {
				for _, d := range strictCoverage(t, fsys) {
					for _, fix := range d.Fixes {
						fsys[fix.NewFile.Name] = &fstest.MapFile{Data: fix.NewFile.Data}
					}
				}
			}
			for _, name := range test.files {
				if fsys[name] == nil {
					t.Errorf("%s is not proposed", name)
				}
			}
			if len(fsys) != len(test.files)+1 {
				t.Errorf("%d files are proposed, want %d", len(fsys)-1, len(test.files))
			}
			for _, d := range strictCoverage(t, fsys) {
				t.Errorf("still reported: %s", d.Message)
			}
		})
	}
}

func strictCoverage(t *testing.T, fsys fstest.MapFS) []lint.Diagnostic {
	t.Helper()
	result, err := load.Load(context.Background(), load.Input{FS: fsys, Dir: ".", Paths: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	options := lint.DefaultOptions()
	options.Preset = lint.Strict
	rules := []*lint.Rule{missingDefaultDeny, namespaceUnprotected}
	bundle := result.Bundles[0]
	diagnostics, err := lint.Run(context.Background(), rules, bundle, graph.New(bundle.Objects), options)
	if err != nil {
		t.Fatal(err)
	}
	return diagnostics
}
