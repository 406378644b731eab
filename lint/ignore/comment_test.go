package ignore

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/manifest"
)

// TestCovered says of every comment which lines it covers: those that hold an
// "x".
func TestCovered(t *testing.T) {
	tests := []struct{ name, text string }{
		{"the line and what is under it", `
kind: A
spec:          # nplint:ignore r -- x
  a: 1         # x
               # x
  b: {c: 1}    # x
status: 1
`},
		{"the line below", `
kind: A
spec:
  a: 1
  # nplint:ignore r -- why
  # more about it
  b:           # x
    c: 1       # x
  d: 1
`},
		{"a list item", `
kind: A
spec:
- a: 1         # nplint:ignore r -- x
  b: 1         # x
- a: 2
`},
		{"a list whose dashes stand under its key", `
kind: A
spec:          # nplint:ignore r -- x
- a: 1         # x
- a: 2         # x
other: 1
`},
		{"an item in such a list", `
kind: A
spec:
# nplint:ignore r -- why
- a:           # x
  - b          # x
- a: 2
`},
		{"above the first key, the document", `
kind: A
---
# nplint:ignore r -- x
kind: B        # x
spec: 1        # x
---
kind: C
`},
		{"above the separator, the document too", `
# nplint:ignore r -- why
---
kind: B        # x
spec: 1        # x
---
kind: C
`},
		{"on the first key, only that", `
kind: B        # nplint:ignore r -- x
spec: 1
`},
		{"the file", `
kind: A        # x
---            # x
# nplint:ignore-file r -- x
kind: B        # x
`},
		{"a template's action does not end a block", `
kind: A
spec:          # nplint:ignore r -- x
{{- if .b }}   # x
  b: 1         # x
{{- end }}
  c: 1         # x
d: 1
`},
		{"a block scalar", `
kind: A
spec:
  # nplint:ignore r -- why
  a: |         # x
   text        # x
  b: 1
`},
		{"the next document of a template", `
kind: A
{{- /* nplint:ignore r -- why */ -}}
---
{{- if .b }}        # x
apiVersion: v1      # x
kind: B             # x
---
apiVersion: v1
`},
		{"this one, if it has not begun", `
{{- if .b }}        # x
{{- /* nplint:ignore r -- x */}}
apiVersion: v1      # x
---
apiVersion: v1
`},
	}
	for _, test := range tests {
		for _, eol := range []string{"\n", "\r\n"} {
			text := strings.ReplaceAll(strings.TrimPrefix(test.text, "\n"), "\n", eol)
			found := comments(&manifest.File{Name: "f.yaml", Data: []byte(text)})
			if len(found) != 1 || found[0].broken != "" {
				t.Errorf("%s: found %d suppressions", test.name, len(found))
				continue
			}
			var got, want []string
			at := 0
			for _, line := range strings.SplitAfter(text, eol) {
				covered := found[0].from <= at && at < found[0].to
				at += len(line)
				line = strings.TrimRight(line, "\r\n")
				if covered && strings.Trim(line, " -") != "" && !strings.HasPrefix(strings.TrimSpace(line), "{{- end") {
					got = append(got, line)
				}
				if strings.HasSuffix(line, "x") || strings.HasSuffix(line, "x */}}") {
					want = append(want, line)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", test.name, diff)
			}
		}
	}
}

func TestNoComment(t *testing.T) {
	for _, text := range []string{
		"a: '# nplint:ignore r -- why'",
		"a: b# nplint:ignore r -- why",
		"a: |\n  # nplint:ignore r -- why\n  b\n",
		"- a: >-\n\n    b\n    # nplint:ignore r -- why\n  c: 1\n",
		"# see nplint:ignore\na: b",
	} {
		if found := comments(&manifest.File{Name: "f.yaml", Data: []byte(text)}); len(found) > 0 {
			t.Errorf("%q: found %+v", text, found[0])
		}
	}
	inline := "patches:\n- patch: |\n    # nplint:ignore r -- why\n    spec: 1\n"
	if found := comments(&manifest.File{Name: "a/kustomization.yaml", Data: []byte(inline)}); len(found) != 1 {
		t.Errorf("in the patch of a kustomization: found %d", len(found))
	}
}

func TestParseDirective(t *testing.T) {
	for text, want := range map[string]string{
		"r -- why":                     "[r] why  ",
		"r,s until=2026-12-31 -- a--b": "[r s] a--b 2026-12-31 ",
		"s, r, r":                      "[r s]   ",
		"r until=2026-13-01":           `[r]   ends on "2026-13-01", which is no date such as 2026-12-31`,
		"r untill=2026-12-01":          `[r]   says "untill=2026-12-01"; did you mean "until"?`,
		"-- why":                       "[] why  names no rule",
		"r # remark":                   "[r]   ",
	} {
		d := parse(text)
		until := ""
		if !d.until.IsZero() {
			until = d.until.Format("2006-01-02")
		}
		if got := "[" + strings.Join(d.rules, " ") + "] " + d.reason + " " + until + " " + d.broken; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzComments(f *testing.F) {
	f.Add("# nplint:ignore r -- why\nkind: A\n")
	f.Add("- - |\n  # nplint:ignore")
	f.Add("{{/* nplint:ignore r */}}\n---\napiVersion: v1")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range comments(&manifest.File{Name: "f.yaml", Data: []byte(text)}) {
			if s.span.Start > s.span.End || s.span.End > len(text) || s.from > s.to || s.to > len(text) {
				t.Errorf("%+v is outside of %q", s, text)
			}
		}
	})
}
