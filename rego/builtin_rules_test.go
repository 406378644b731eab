package rego

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
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
