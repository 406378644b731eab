package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func textOf(t *testing.T, r *Report, style Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := Text(&out, r, style); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestText(t *testing.T) {
	golden(t, "text", []byte(textOf(t, sample(t), Style{})))
	golden(t, "text-info", []byte(textOf(t, sample(t), Style{Show: lint.Info, Verbose: true, Width: 60})))
}

func TestTextColor(t *testing.T) {
	r := sample(t)
	plain := textOf(t, r, Style{})
	colored := textOf(t, r, Style{Color: true})
	golden(t, "text-color", []byte(strings.ReplaceAll(colored, "\x1b", "␛")))
	for _, code := range []string{errorColor, warningColor, infoColor, okColor, strongColor, frameColor, "0"} {
		colored = strings.ReplaceAll(colored, "\x1b["+code+"m", "")
	}
	if colored != plain {
		t.Errorf("colour changes more than colour:\n%s\nwithout:\n%s", colored, plain)
	}
}

func TestTextRelatedAreCut(t *testing.T) {
	span := fileOf(t, "«a»: b")
	d := lint.Diagnostic{Severity: lint.Error, Message: "m", Rule: testRules[0], Origin: manifest.Origin{Span: span}, Bundles: []string{"dev"}}
	for range 9 {
		d.Related = append(d.Related, lint.Related{Origin: d.Origin})
	}
	r := &Report{Diagnostics: []lint.Diagnostic{d}, Summary: Summary{Error: 1, Bundles: 2}}
	short, long := textOf(t, r, Style{}), textOf(t, r, Style{Verbose: true})
	if n := strings.Count(short, "::: a.yaml:1:1\n"); n != fewRelated || !strings.Contains(short, "= and: 5 places more; -v shows all\n") {
		t.Errorf("%d related places in\n%s", n, short)
	}
	if n := strings.Count(long, "::: a.yaml:1:1\n"); n != 9 {
		t.Errorf("%d related places in\n%s", n, long)
	}
	if !strings.Contains(short, "= only in: dev\n") {
		t.Errorf("the bundle is not told:\n%s", short)
	}
}

func TestWitness(t *testing.T) {
	for want, w := range map[string]lint.Witness{
		"a -> b:53/UDP is not allowed":      {Source: "a", Destination: "b", Protocol: "UDP", Port: 53},
		"a -> [2001:db8::1]:443 is allowed": {Source: "a", Destination: "2001:db8::1", Port: 443, Allowed: true},
		"a -> 8.8.8.8/ICMP is allowed":      {Source: "a", Destination: "8.8.8.8", Protocol: "ICMP", Allowed: true},
	} {
		if got := witness(&w); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
