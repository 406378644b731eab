package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/nplint/nplint"

// mayImport says which of our packages a package may import. A package that is
// not listed here is not part of the architecture.
var mayImport = map[string][]string{
	"lint/work":     {},
	"lint/manifest": {"lint/work"},
	"lint/schema":   {"lint/manifest"},
	"lint/load":     {"lint/schema", "lint/manifest", "lint/work"},
	"lint/graph":    {"lint/manifest", "lint/work"},
	"lint/connset":  {},
	"lint/gitfs":    {},
	"lint":          {"lint/graph", "lint/manifest"},
	"lint/reach":    {"lint", "lint/connset", "lint/graph", "lint/manifest", "lint/work"},
	"lint/fix":      {"lint", "lint/connset", "lint/reach", "lint/graph", "lint/load", "lint/manifest", "lint/schema"},
	"lint/report":   {"lint", "lint/connset", "lint/graph", "lint/manifest", "lint/reach"},
	"lint/config":   {"lint"},
	"lint/ignore":   {"lint", "lint/manifest"},
	"lint/baseline": {"lint", "lint/manifest"},
	"lint/want":     {"lint", "lint/manifest"},
	"lint/linttest": {"lint/want", "lint", "lint/fix", "lint/ignore", "lint/load", "lint/graph", "lint/manifest"},
	"rules":         {"lint", "lint/connset", "lint/graph", "lint/ignore", "lint/manifest", "lint/reach"},
	"rego":          {"lint", "lint/connset", "lint/graph", "lint/manifest", "lint/reach"},
	"cmd/nplint": {
		"lint", "lint/baseline", "lint/config", "lint/connset", "lint/fix", "lint/gitfs", "lint/graph", "lint/ignore",
		"lint/load", "lint/manifest", "lint/reach", "lint/report", "lint/want", "lint/work", "rego", "rules", "testdata",
	},
}

// TestLayout refuses an import against the direction of the flow: bytes,
// bundle, graph, rules, diagnostics, report.
func TestLayout(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, listed := mayImport[name]
		if !listed {
			t.Errorf("package %s has no place in the layout", name)
		}
		for _, path := range p.Imports {
			if imported, ours := strings.CutPrefix(path, module+"/"); ours && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}
