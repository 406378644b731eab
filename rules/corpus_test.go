package rules

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
)

// rightInCorpus are the findings at warning or above about real manifests that
// are right, as "file:line rule".
var rightInCorpus = []string{
	// Clients of a demonstration, which no policy selects.
	"gke-netpol-demo/manifests/hello-app/hello-client.yaml:32 workload-not-covered",
	// The collector has no policy of its own beside the default deny.
	"microservices-demo/kustomize/components/google-cloud-operations/kustomization.yaml:33 declared-dependency-blocked",
	// 0.0.0.0/24 is no range that anybody has an address in.
	"network-policy-api/cmd/policy-assistant/test/example-policies/networkpolicies/simple-example/allow-by-ip.yaml:15 useless-cidr",
	// Templates of another tool, and two files that do not parse.
	"network-policy-api/conformance/base/admin_tier/experimental-egress-selector-rules.yaml:26 invalid-yaml",
	"network-policy-api/conformance/base/baseline_tier/experimental-egress-selector-rules.yaml:23 invalid-yaml",
	"network-policy-api/conformance/base/manifests.yaml:268 invalid-yaml",
	"network-policy-api/site-src/user-story-examples/user-story-4-v1.yaml:11 invalid-yaml",
	"network-policy-api/site-src/user-story-examples/user-story-4-v2.yaml:10 invalid-yaml",
	// Tests of conformance, which deny everything and repeat rules on purpose.
	"network-policy-api/conformance/base/admin_tier/standard-egress-inline-cidr-rules.yaml:34 admin-deny-breaks-dns",
	"network-policy-api/conformance/base/admin_tier/standard-gress-rules-combined.yaml:136 admin-rule-unreachable",
	"network-policy-api/conformance/base/admin_tier/standard-gress-rules-combined.yaml:63 admin-rule-unreachable",
	"network-policy-api/conformance/base/baseline_tier/standard-egress-inline-cidr-rules.yaml:30 admin-deny-breaks-dns",
	// "podSelector:" with nothing after it.
	"network-policy-api/conformance/base/api_integration/standard-anp-np-banp.yaml:33 empty-selector-selects-all",
}

// TestCorpus lints well-kept manifests of others, which are not part of the
// project: nothing but what is known to be right may be a warning.
func TestCorpus(t *testing.T) {
	corpus := filepath.Join("..", "..", "shared", "corpus")
	entries, err := os.ReadDir(corpus)
	if err != nil {
		t.Skipf("the manifests of other projects are not at %s", corpus)
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() {
			found = append(found, lintTree(t, inPreset(lint.Recommended), os.DirFS(corpus), e.Name())...)
		}
	}
	slices.Sort(found)
	for _, f := range slices.Compact(found) {
		if !slices.Contains(rightInCorpus, f) {
			t.Errorf("reported: %s", f)
		}
	}
	for _, f := range rightInCorpus {
		if !slices.Contains(found, f) {
			t.Errorf("not reported: %s", f)
		}
	}
}

func lintTree(t *testing.T, rules []*lint.Rule, fsys fs.FS, dir string) []string {
	t.Helper()
	result, err := load.Load(context.Background(), load.Input{FS: fsys, Dir: ".", Paths: []string{dir}})
	if err != nil {
		t.Errorf("%s: %v", dir, err)
	}
	var found []string
	for _, bundle := range result.Bundles {
		diagnostics, err := lint.Run(context.Background(), rules, bundle, graph.New(bundle.Objects), lint.DefaultOptions())
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		for _, d := range diagnostics {
			if d.Severity >= lint.Warning {
				file := d.Origin.Span.File
				found = append(found, fmt.Sprintf("%s:%d %s", file.Name, file.Position(d.Origin.Span.Start).Line, d.Rule.Name))
			}
		}
	}
	return found
}
