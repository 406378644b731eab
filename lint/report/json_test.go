package report

import (
	"bytes"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func jsonOf(t *testing.T, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestJSON(t *testing.T) {
	golden(t, "json", jsonOf(t, sample(t)))
	golden(t, "json-clean", jsonOf(t, clean()))
}

// TestJSONMarkup keeps what JSON need not escape.
func TestJSONMarkup(t *testing.T) {
	r := &Report{Diagnostics: []lint.Diagnostic{{
		Rule: testRules[0], Message: "a <b> & c", Origin: manifest.Origin{Span: fileOf(t, "é𝔘: «x\ny»"), Via: []manifest.Span{{}}},
	}}}
	out := jsonOf(t, r)
	for _, want := range []string{
		`"a <b> & c"`, `"column": 5,`, `"end_line": 2,`, `"end_column": 2,`, `"object": null`, `"path": ""`, `"bundles": []`, `"file": "."`,
	} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
