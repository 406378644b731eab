package ignore_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

// types reports the policy types of every policy.
var types = &lint.Rule{Name: "types", Severity: lint.Warning, Run: func(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		pass.Report(lint.Diagnostic{Object: p.Object, Path: manifest.Field("spec", "policyTypes"), Message: p.Name})
	}
	return nil, nil
}}

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// lintFiles returns what is left of an archive's findings, and how many were
// suppressed.
func lintFiles(t *testing.T, archive string, entries ...ignore.Entry) (messages []string, suppressed int) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	read, err := load.Load(context.Background(), load.Input{FS: fsys, Dir: ".", Paths: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	rules := append([]*lint.Rule{types}, ignore.Rules()...)
	set := ignore.New(rules, day, entries)
	var all []lint.Diagnostic
	for _, b := range read.Bundles {
		for _, p := range b.Problems {
			t.Error(p.Message)
		}
		found, err := lint.Run(context.Background(), rules, b, graph.New(b.Objects), lint.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, set.Apply(b, found)...)
	}
	all = append(all, set.Report(rules, lint.DefaultOptions(), false)...)
	for _, d := range lint.Merge(all) {
		at := d.Origin.Span.File.Position(d.Origin.Span.Start)
		messages = append(messages, fmt.Sprintf("%s:%d %s %v", d.Origin.Span.File.Name, at.Line, d.Rule.Name, d.Bundles))
	}
	return messages, set.Suppressed()
}

func policy(name string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n  podSelector: {}\n"
}

const (
	kustomization = "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n"
	patch         = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n"
	chart         = "-- c/Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n-- c/templates/p.yaml --\n"
)

func TestApply(t *testing.T) {
	tests := []struct {
		name, archive string
		want          []string
		suppressed    int
	}{
		{"a comment", "-- p.yaml --\n" + policy("web") + "  policyTypes: [Ingress] # nplint:ignore types -- why\n", nil, 1},
		{"a comment for another rule", "-- p.yaml --\n" + policy("web") + "  policyTypes: [Ingress] # nplint:ignore unused-ignore -- why\n",
			[]string{"p.yaml:6 types [default]", "p.yaml:6 unused-ignore [default]"}, 0},
		{"an annotation", "-- p.yaml --\n" + policy("a") + "---\n" + policy("b")[:len(policy("b"))-24] +
			"metadata: {name: b, namespace: shop, annotations: {nplint.dev/ignore: 'x; types -- why'}}\n",
			[]string{"p.yaml:4 types [default]", "p.yaml:10 unexplained-ignore [default]", "p.yaml:10 unknown-ignore [default]"}, 1},
		{"one in the patch", "-- kustomization.yaml --\n" + kustomization + "-- base.yaml --\n" + policy("web") +
			"-- patch.yaml --\n" + patch + "  policyTypes: [Ingress] # nplint:ignore types -- why\n", nil, 1},
		{"one above the base's document, of a field that the patch sets", "-- kustomization.yaml --\n" + kustomization +
			"-- base.yaml --\n# nplint:ignore types -- why\n" + policy("web") + "---\n" + policy("db") +
			"-- patch.yaml --\n" + patch + "  policyTypes: [Ingress]\n",
			[]string{"base.yaml:11 types [default]"}, 1},
		{"one in the kustomization that leads to the base", "-- kustomization.yaml --\nresources:\n- base # nplint:ignore types -- why\n" +
			"-- base/kustomization.yaml --\nresources: [p.yaml]\n-- base/p.yaml --\n" + policy("web"), nil, 1},
		{"one in an inline patch", "-- kustomization.yaml --\nresources: [base.yaml]\npatches:\n- patch: |-\n    apiVersion: networking.k8s.io/v1\n" +
			"    kind: NetworkPolicy\n    metadata: {name: web, namespace: shop}\n    spec:\n      # nplint:ignore types -- why\n      policyTypes: [Egress]\n-- base.yaml --\n" + policy("web"), nil, 1},
		{"in one of two alternatives", "-- dev/kustomization.yaml --\nresources: [../base]\npatches: [{path: patch.yaml}]\n-- dev/patch.yaml --\n" + patch +
			"  policyTypes: [Ingress] # nplint:ignore types -- why\n-- prod/kustomization.yaml --\nresources: [../base]\n-- base/kustomization.yaml --\nresources: [p.yaml]\n-- base/p.yaml --\n" +
			policy("web"), []string{"base/p.yaml:4 types [prod]"}, 1},
		{"a comment that is rendered", chart + policy("web") + "  policyTypes: # nplint:ignore types -- why\n  - {{ \"Ingress\" }}\n", nil, 1},
		{"a comment of a template", chart + "{{- range list 1 2 }}\n---\n{{- /* nplint:ignore types -- why */}}\n" + policy("{{ . }}-web") + "{{- end }}\n---\n" + policy("db"),
			[]string{"c/templates/p.yaml:14 types [c]"}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, suppressed := lintFiles(t, test.archive)
			if diff := cmp.Diff(test.want, got); diff != "" || suppressed != test.suppressed {
				t.Errorf("suppressed %d, want %d; %s", suppressed, test.suppressed, diff)
			}
		})
	}
}

func TestEntries(t *testing.T) {
	span := manifest.Span{File: &manifest.File{Name: ".nplint.yaml", Data: []byte("ignore")}}
	archive := "-- a/p.yaml --\n" + policy("web") + "-- b/p.yaml --\n" + policy("db")
	const web, db = "a/p.yaml:4 types [default]", "b/p.yaml:4 types [default]"
	tests := []struct {
		entry ignore.Entry
		want  []string
	}{
		{ignore.Entry{Objects: []string{"NetworkPolicy/shop/w*"}}, []string{db}},
		{ignore.Entry{Objects: []string{"*/*/*"}}, nil},
		{ignore.Entry{Objects: []string{"NetworkPolicy/*/nobody"}}, []string{".nplint.yaml:1 unused-ignore [default]", web, db}},
		{ignore.Entry{Files: []string{"b/**"}}, []string{web}},
		{ignore.Entry{Files: []string{"b/**"}, Objects: []string{"*/*/web"}}, []string{".nplint.yaml:1 unused-ignore [default]", web, db}},
		{ignore.Entry{Files: []string{"**"}, Until: day.AddDate(0, 0, -1)}, []string{".nplint.yaml:1 expired-ignore [default]", web, db}},
	}
	for _, test := range tests {
		test.entry.Rules, test.entry.Reason, test.entry.Span = []string{"types"}, "why", span
		got, _ := lintFiles(t, archive, test.entry)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v: %s", test.entry, diff)
		}
	}
}

// TestPartial calls nothing unused where findings may be missing.
func TestPartial(t *testing.T) {
	file := &manifest.File{Name: "f.yaml", Data: []byte("a: 1 # nplint:ignore types -- why")}
	set := ignore.New([]*lint.Rule{types}, day, nil)
	set.Apply(&manifest.Bundle{Name: "b", Files: []*manifest.File{file}}, nil)
	for _, partial := range []bool{true, false} {
		found := set.Report(append(ignore.Rules(), types), lint.DefaultOptions(), partial)
		if partial != (len(found) == 0) {
			t.Errorf("partial %v: %d found", partial, len(found))
		}
	}
}
