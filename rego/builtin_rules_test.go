package rego

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
)

// TestBuiltInModules checks that every built-in module compiles, is written as
// opa fmt writes it, and that OPA reads its documentation as nplint does.
func TestBuiltInModules(t *testing.T) {
	sub, err := fs.Sub(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := loadModules(sub, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules {
		if _, err := m.compiled(); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		parsed, err := ast.ParseModuleWithOpts(m.file, string(m.sources[0].text), ast.ParserOptions{ProcessAnnotation: true})
		if err != nil {
			t.Fatal(err)
		}
		a := parsed.Annotations[0]
		if a.Title != m.meta.Title || strings.TrimSpace(a.Description) != m.meta.Description || a.Custom["severity"] != m.meta.Custom.Severity {
			t.Errorf("%s: OPA reads the documentation as %+v", m.name, a)
		}
		if strings.TrimSuffix(m.file, ".rego") != path.Base(strings.ReplaceAll(m.pkg, ".", "/")) {
			t.Errorf("%s is the file of package %s", m.file, m.pkg)
		}
	}
	names, err := fs.Glob(sub, "*.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(sub, name)
		if err != nil {
			t.Fatal(err)
		}
		formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(formatted, text) {
			t.Errorf("%s is not formatted; opa fmt writes:\n%s", name, formatted)
		}
	}
}

// fixturesOf returns the fixtures of the built-in rules by name.
func fixturesOf(t *testing.T) map[string]Fixture {
	t.Helper()
	fixtures := map[string]Fixture{}
	for _, r := range BuiltIn() {
		files, err := filepath.Glob(filepath.Join("..", "testdata", "rules", r.Name, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatal(r.Name, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			read, err := load.Load(context.Background(), load.Input{Stdin: text})
			if err != nil {
				t.Fatal(err)
			}
			b := read.Bundles[0]
			fixtures[r.Name+"/"+filepath.Base(file)] = Fixture{b, graph.New(b.Objects), lint.DefaultOptions()}
		}
	}
	return fixtures
}

// TestBuiltInTests runs the tests of the built-in modules, which have to reach
// most of every module: the fixtures of TestRules reach the rest.
func TestBuiltInTests(t *testing.T) {
	sub, err := fs.Sub(files, "rules")
	if err != nil {
		t.Fatal(err)
	}
	tested, err := Test(context.Background(), sub, "", fixturesOf(t))
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]bool{}
	for _, r := range tested.Tests {
		modules[strings.Replace(r.File, "_test.rego", ".rego", 1)] = true
		if !r.Passed {
			t.Errorf("%s:%d: %s: %v %s", r.File, r.Line, r.Name, r.Err, r.Output)
		}
	}
	for _, c := range tested.Coverage {
		if !modules[c.File] || c.Percent < 90 {
			t.Errorf("%s: tests reach %.0f %%, not lines %s", c.File, c.Percent, strings.Join(c.Missed, ", "))
		}
	}
}
