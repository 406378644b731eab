package want

import (
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func TestCompare(t *testing.T) {
	file := &manifest.File{Name: "a.yaml", Data: []byte(`a: 1 # want "warning: one \\[r\\]" "two"
b: 1
c: 1 # want "never"
d: 1 # want never
e: 1 # want "("
`)}
	rule := &lint.Rule{Name: "r"}
	finding := func(offset int, message string) lint.Diagnostic {
		return lint.Diagnostic{Rule: rule, Severity: lint.Warning, Message: message, Origin: manifest.Origin{Span: manifest.Span{File: file, Start: offset, End: offset + 1}}}
	}
	b := strings.Index(string(file.Data), "b:")
	got := Compare([]*manifest.File{file}, []lint.Diagnostic{finding(0, "two"), finding(0, "one"), finding(b, "three")})
	want := []string{
		"a.yaml:2:1: not wanted: warning: three [r]",
		"a.yaml:3: wanted and not reported: never",
		"a.yaml:4: cannot read the want comment",
		"a.yaml:5: error parsing regexp: missing closing ): `(`",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
