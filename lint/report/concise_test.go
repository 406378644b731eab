package report

import (
	"bytes"
	"testing"

	"github.com/nplint/nplint/lint"
)

func TestConcise(t *testing.T) {
	for name, show := range map[string]lint.Severity{"concise": 0, "concise-info": lint.Info} {
		var out bytes.Buffer
		if err := Concise(&out, sample(t), Style{Show: show}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

func TestConciseClean(t *testing.T) {
	var out bytes.Buffer
	if err := Concise(&out, clean(), Style{}); err != nil || out.Len() != 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

func TestQuiet(t *testing.T) {
	r := clean()
	r.Skipped = sample(t).Skipped
	var out bytes.Buffer
	for _, err := range []error{Concise(&out, r, Style{Quiet: true}), Text(&out, r, Style{Quiet: true})} {
		if err != nil || out.Len() != 0 {
			t.Errorf("%v, %q", err, out.String())
		}
	}
}
