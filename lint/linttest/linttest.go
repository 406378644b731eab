// Package linttest checks rules against fixtures: real manifests in which a
// comment stands on every line that must be reported.
//
//	egress: []   # want "warning: .* does not stop egress"
//
// Package want says how they are compared. Beside that, the place must hold the
// very field that the rule named.
package linttest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/want"
)

// Rule runs the fixtures of one rule in a folder. Each file or folder that
// begins with "bad" must be reported as its comments say, at least once; each
// that begins with "good" must not be reported at all. beside are rules that run
// with it, for a rule about what others find. A bad file whose findings have
// fixes is compared, once they are applied, with the file of its name and
// ".golden".
func Rule(t *testing.T, rule *lint.Rule, dir string, beside ...*lint.Rule) {
	t.Helper()
	bad, err := filepath.Glob(filepath.Join(dir, "bad*"))
	if err != nil || len(bad) == 0 {
		t.Fatalf("%s: no bad fixture in %s", rule.Name, dir)
	}
	good, err := filepath.Glob(filepath.Join(dir, "good*"))
	if err != nil || len(good) == 0 {
		t.Fatalf("%s: no good fixture in %s", rule.Name, dir)
	}
	for _, file := range bad {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			bundle, diagnostics := lintFile(t, rule, file, beside)
			if len(diagnostics) == 0 {
				t.Error("nothing is reported")
			}
			compareWants(t, bundle, diagnostics)
			if filepath.Ext(file) == ".yaml" {
				fixed(t, with(rule, beside), file)
			}
		})
	}
	for _, file := range good {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, diagnostics := lintFile(t, rule, file, beside)
			for _, d := range diagnostics {
				t.Errorf("%s: reported: %s", want.Place(d), want.Text(d))
			}
		})
	}
}

// Wants runs rules over files as one bundle and compares what they report, from
// a severity on, with the comments in the files.
func Wants(t *testing.T, rules []*lint.Rule, least lint.Severity, files ...string) {
	t.Helper()
	bundle, diagnostics := Files(t, rules, files...)
	compareWants(t, bundle, slices.DeleteFunc(diagnostics, func(d lint.Diagnostic) bool { return d.Severity < least }))
}

// Files runs rules over files as one bundle, under the options that the first
// of them asks for in a comment "# test: preset=strict complete".
func Files(t *testing.T, rules []*lint.Rule, files ...string) (*manifest.Bundle, []lint.Diagnostic) {
	t.Helper()
	in := load.Input{FS: os.DirFS("."), Dir: "."}
	if dir := filepath.Dir(files[0]); strings.HasPrefix(dir, "..") || filepath.IsAbs(dir) {
		in.FS = os.DirFS(dir)
	}
	for _, file := range files {
		name := filepath.ToSlash(file)
		if rel, err := filepath.Rel(filepath.Dir(files[0]), file); err == nil && !fs.ValidPath(name) {
			name = filepath.ToSlash(rel)
		}
		in.Paths = append(in.Paths, name)
	}
	return lintInput(t, rules, in)
}

func lintInput(t *testing.T, rules []*lint.Rule, in load.Input) (*manifest.Bundle, []lint.Diagnostic) {
	t.Helper()
	result, err := load.Load(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	bundle := result.Bundles[0]
	options := options(t, bundle)
	diagnostics, err := lint.Run(context.Background(), rules, bundle, graph.New(bundle.Objects), options)
	if err != nil {
		t.Fatal(err)
	}
	set := ignore.New(rules, today, nil)
	diagnostics = append(set.Apply(bundle, diagnostics), set.Report(rules, options, false)...)
	return bundle, lint.Merge(diagnostics)
}

// today is the day on which fixtures are linted.
var today = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func lintFile(t *testing.T, rule *lint.Rule, file string, beside []*lint.Rule) (*manifest.Bundle, []lint.Diagnostic) {
	t.Helper()
	bundle, diagnostics := Files(t, with(rule, beside), file)
	return bundle, slices.DeleteFunc(diagnostics, func(d lint.Diagnostic) bool { return d.Rule != rule })
}

// with returns a rule and those that run with it.
func with(rule *lint.Rule, beside []*lint.Rule) []*lint.Rule {
	others := slices.DeleteFunc(slices.Clone(beside), func(r *lint.Rule) bool { return r == rule })
	return append([]*lint.Rule{rule}, others...)
}

// options returns the options that the first file of a bundle asks for.
func options(t *testing.T, bundle *manifest.Bundle) *lint.Options {
	t.Helper()
	if len(bundle.Files) == 0 {
		return lint.DefaultOptions()
	}
	opts, err := want.Options(bundle.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	return opts
}

// compareWants checks diagnostics against the comments of a bundle's files, and
// their places.
func compareWants(t *testing.T, bundle *manifest.Bundle, diagnostics []lint.Diagnostic) {
	t.Helper()
	for _, wrong := range want.Compare(bundle.Files, diagnostics) {
		t.Error(wrong)
	}
	for _, d := range diagnostics {
		checkPlace(t, d)
	}
}

// checkPlace checks that an exact place begins with the field's key, or is an
// item of a list.
func checkPlace(t *testing.T, d lint.Diagnostic) {
	t.Helper()
	if d.Object == nil || len(d.Path) == 0 || d.Origin.Precision != manifest.Exact {
		return
	}
	span := d.Origin.Span
	last := d.Path[len(d.Path)-1]
	if d.Object.Tree != "" && (strings.HasPrefix(span.Text(), "value:") || strings.HasSuffix(span.Text(), d.Path.String())) {
		return // of an operation of a JSON patch, or a replacement's path
	}
	if !last.IsItem() {
		if !strings.HasPrefix(strings.TrimLeft(span.Text(), `"'`), last.Key) {
			t.Errorf("%s: %s points at %q", want.Place(d), d.Path, span.Text())
		}
		return
	}
	before := strings.TrimRight(string(span.File.Data[:span.Start]), " \t\r\n")
	dash := strings.HasSuffix(before, "-") || strings.HasPrefix(span.Text(), "- ") // a template's place is its line
	if !dash && !strings.HasSuffix(before, "[") && !strings.HasSuffix(before, ",") {
		t.Errorf("%s: %s points at %q, which is no item", want.Place(d), d.Path, span.Text())
	}
}
