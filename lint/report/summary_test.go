package report

import (
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func TestSummary(t *testing.T) {
	skipped := []manifest.Skipped{{File: "a.yaml", Reason: "too large"}}
	size := Summary{Bundles: 1, Policies: 4, Workloads: 1, Namespaces: 2}
	with := func(errors, warnings, infos int) Summary {
		s := size
		s.Error, s.Warning, s.Info = errors, warnings, infos
		return s
	}
	tests := []struct {
		name   string
		report Report
		show   lint.Severity
		want   string
	}{
		{"clean", Report{Summary: size}, 0,
			"ok: no findings in 4 policies, 1 workload, 2 namespaces\n"},
		{"clean but skipped", Report{Summary: size, Skipped: skipped}, 0,
			"not analysed:\n  a.yaml: too large\n\nok except for what was not analysed (1): no findings in 4 policies, 1 workload, 2 namespaces\n"},
		{"clean but failed", Report{Summary: size, Failed: true}, 0,
			"not finished because of errors: no findings in 4 policies, 1 workload, 2 namespaces\n"},
		{"hidden info", Report{Summary: with(0, 0, 1)}, 0,
			"ok: no errors or warnings in 4 policies, 1 workload, 2 namespaces\n1 info not shown; --show info prints it\n"},
		{"shown infos", Report{Summary: with(0, 0, 3)}, lint.Info,
			"ok: no errors or warnings, 3 infos in 4 policies, 1 workload, 2 namespaces\n"},
		{"found", Report{Summary: with(2, 1, 3)}, 0,
			"2 errors, 1 warning in 4 policies, 1 workload, 2 namespaces\n3 infos not shown; --show info prints them\n"},
		{"hidden warnings", Report{Summary: with(0, 2, 0)}, lint.Error,
			"no errors in 4 policies, 1 workload, 2 namespaces\n2 warnings not shown; --show warning prints them\n"},
		{"hidden both", Report{Summary: with(1, 2, 3)}, lint.Error,
			"1 error in 4 policies, 1 workload, 2 namespaces\n2 warnings and 3 infos not shown; --show info prints them\n"},
	}
	for _, tt := range tests {
		if got := textOf(t, &tt.report, Style{Show: tt.show}); got != tt.want {
			t.Errorf("%s:\ngot  %q\nwant %q", tt.name, got, tt.want)
		}
	}
	golden(t, "clean", []byte(textOf(t, clean(), Style{})))
}

func TestSkippedIsGrouped(t *testing.T) {
	r := &Report{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		r.Skipped = append(r.Skipped, manifest.Skipped{File: name, Reason: "encrypted"})
	}
	short, long := textOf(t, r, Style{}), textOf(t, r, Style{Verbose: true})
	if want := "  a, b, c and 2 more (-v lists them): encrypted\n"; !strings.Contains(short, want) {
		t.Errorf("no %q in\n%s", want, short)
	}
	if want := "  d: encrypted\n  e: encrypted\n"; !strings.Contains(long, want) {
		t.Errorf("no %q in\n%s", want, long)
	}
}
