package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/manifest"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares what a format writes with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; go test -update writes it:\n%s", file, diff)
	}
}

// The rules of the tests: between them they report everything that a
// diagnostic can hold.
var testRules = []*lint.Rule{
	{
		Name: "advice", Severity: lint.Info, Preset: lint.Strict, Tags: []string{"coverage"},
		Doc: "policyTypes is not written\n\nThe API server derives the types from <the lists>,\nwhich *may* change:\n\n  policyTypes: [Ingress]\n\n- first item, that goes\n  on here\n- second_item\n\nhttps://kubernetes.io/docs/concepts/services-networking/network-policies/",
		Run: onPolicies(func(pass *lint.Pass, o *manifest.Object) {
			if !o.Value.Get("spec").Get("policyTypes").Exists() {
				pass.Report(lint.Diagnostic{Object: o, Path: manifest.Field("spec", "policyTypes"), Message: o.ID.Name + " leaves its types to the API server"})
			}
		}),
	},
	{
		Name: "no-effect", Severity: lint.Error, Tags: []string{"schema"},
		Doc: "policy has no effect\n\nIt does not do what it looks like.",
		Run: onPolicies(func(pass *lint.Pass, o *manifest.Object) {
			egress := manifest.Field("spec", "egress")
			switch o.ID.Name {
			case "web":
				pass.Report(lint.Diagnostic{Object: o, Path: egress, Message: "shop/web has an empty egress list but not the type Egress, so it does not stop egress"})
			case "cache":
				pass.Report(lint.Diagnostic{Severity: lint.Warning, Object: o, Path: egress, Message: "shop/cache does not name Egress, so its list [] does nothing"})
				pass.Report(lint.Diagnostic{Severity: lint.Warning, Object: o, Path: manifest.Field("metadata", "annotations", "team"), Message: "shop/cache belongs to 結帳"})
				pass.Report(lint.Diagnostic{Severity: lint.Warning, Object: o, Path: manifest.Field("spec", "podSelector"), Message: "shop/cache selects every pod of [shop](1)"})
			}
		}),
	},
	{
		Name: "open-anyway", Severity: lint.Warning, Tags: []string{"exposure"}, Score: 6.5,
		Doc: "restriction is undone by another policy\n\nPolicies add up.",
		Run: onPolicies(func(pass *lint.Pass, o *manifest.Object) {
			if o.ID.Name != "db" {
				return
			}
			pass.Report(lint.Diagnostic{
				Certainty: lint.Possible, Object: o, Path: manifest.Field("spec", "egress").Item(0).Key("to").Item(0).Key("ipBlock").Key("cidr"),
				Message: "shop/db restricts egress to 10.0.0.0/8, but its pods may reach everything",
				Related: []lint.Related{
					{Object: object(pass, "legacy"), Path: manifest.Field("spec", "egress").Item(0), Message: "spec.egress[0] allows every destination"},
					{Object: o, Path: manifest.Field("spec", "podSelector"), Message: "selects the pods"},
				},
				Witness: &lint.Witness{Source: "shop/StatefulSet/db", Destination: "8.8.8.8", Protocol: "TCP", Port: 443, Allowed: true},
				Fixes:   []lint.Fix{{Message: "delete egress[0] of shop/legacy"}},
			})
		}),
	},
	{
		Name: "unreadable", Severity: lint.Error, Tags: []string{"schema"},
		Doc: "file cannot be read\n\nkubectl refuses it.",
		Run: func(pass *lint.Pass) (any, error) {
			for _, problem := range pass.Bundle.Problems {
				pass.Report(lint.Diagnostic{Span: problem.Span, Message: problem.Message})
			}
			return nil, nil
		},
	},
}

func onPolicies(report func(*lint.Pass, *manifest.Object)) func(*lint.Pass) (any, error) {
	return func(pass *lint.Pass) (any, error) {
		for _, o := range pass.Bundle.Objects {
			report(pass, o)
		}
		return nil, nil
	}
}

func object(pass *lint.Pass, name string) *manifest.Object {
	for _, o := range pass.Bundle.Objects {
		if o.ID.Name == name {
			return o
		}
	}
	return nil
}

// sample is the report on the files in testdata/input.
func sample(t *testing.T) *Report {
	t.Helper()
	files, err := filepath.Glob("testdata/input/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	bundle, diagnostics := linttest.Files(t, testRules, files...)
	r := &Report{Diagnostics: diagnostics, Rules: testRules, Version: "v1.2.3"}
	r.Skipped = append(bundle.Skipped,
		manifest.Skipped{File: "secrets/db.yaml", Reason: "encrypted by git-crypt"},
		manifest.Skipped{File: "charts/api", Reason: "values-prod.yaml is missing"},
		manifest.Skipped{File: "charts/api", Reason: "values-prod.yaml is missing"})
	r.Known = []string{"1 in the baseline"}
	r.Summary = Summary{Suppressed: 2, Baselined: 1, Bundles: 1, Policies: 4, Workloads: 1, Namespaces: 1}
	r.Summary.Count(diagnostics)
	return r
}

// clean is the report on input without findings.
func clean() *Report {
	return &Report{
		Rules: testRules[:1], Version: "(devel)",
		Summary: Summary{Bundles: 2, Policies: 1, Workloads: 63, Namespaces: 7},
	}
}

// fileOf returns a span of a file that holds a text; the span covers what
// stands between « and ».
func fileOf(t *testing.T, marked string) manifest.Span {
	t.Helper()
	before, rest, found := strings.Cut(marked, "«")
	inside, after, closed := strings.Cut(rest, "»")
	if !found || !closed {
		t.Fatalf("no « and » in %q", marked)
	}
	f := &manifest.File{Name: "a.yaml", Data: []byte(before + inside + after)}
	return manifest.Span{File: f, Start: len(before), End: len(before) + len(inside)}
}
