package report

import (
	"bytes"
	"testing"

	"github.com/nplint/nplint/lint"
)

func TestConcise(t *testing.T) {
	for name, show := range map[string]lint.Severity{"concise": 0, "concise-info": lint.Info} {
		var out bytes.Buffer
		if err := Concise(&out, sample(t), show); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

func TestConciseClean(t *testing.T) {
	var out bytes.Buffer
	if err := Concise(&out, clean(), 0); err != nil || out.Len() != 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}
