package report

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
)

const fewSkipped = 3

// skipped lists what was not analysed. Where one reason holds for many files,
// a few of them stand for all.
func (p *printer) skipped() {
	skipped := p.report.skipped()
	if len(skipped) == 0 {
		return
	}
	p.println(p.paint(strongColor, "not analysed:"))
	files := map[string][]string{}
	var reasons []string
	for _, s := range skipped {
		if files[s.Reason] == nil {
			reasons = append(reasons, s.Reason)
		}
		files[s.Reason] = append(files[s.Reason], s.File)
	}
	for _, reason := range reasons {
		all := files[reason]
		if len(all) > fewSkipped && !p.style.Verbose {
			some := strings.Join(all[:fewSkipped], ", ")
			all = []string{fmt.Sprintf("%s and %d more (-v lists them)", some, len(all)-fewSkipped)}
		}
		for _, file := range all {
			p.println("  " + printable(file) + ": " + printable(reason))
		}
	}
	p.println("")
}

// summary writes the verdict with its counts, and how many diagnostics it
// hides.
func (p *printer) summary() {
	verdict, color := p.verdict()
	s := p.report.Summary
	line := p.paint(color, verdict) + " in " + strings.Join([]string{
		count(s.Policies, "policy"), count(s.Workloads, "workload"), count(s.Namespaces, "namespace"),
	}, ", ")
	if s.Bundles > 1 {
		line += " of " + count(s.Bundles, "bundle")
	}
	var aside []string
	if s.Suppressed > 0 {
		aside = append(aside, fmt.Sprintf("%d suppressed", s.Suppressed))
	}
	aside = append(aside, p.report.Known...)
	if len(aside) > 0 {
		line += " (" + strings.Join(aside, ", ") + ")"
	}
	p.println(line)
	if s.Stale > 0 {
		p.println(count(s.Stale, "finding") + " of the baseline gone; `nplint baseline update` forgets " + them(s.Stale))
	}
	if hidden := p.report.hidden(p.style.Show); hidden != "" {
		p.println(hidden)
	}
}

// verdict says what was found, and "ok" only where nothing is wrong with what
// was analysed.
func (p *printer) verdict() (text, color string) {
	s := p.report.Summary
	var found []string
	switch {
	case s.Error+s.Warning+s.Info == 0:
		found = append(found, "no findings")
	case s.Error+s.Warning == 0:
		found = append(found, "no errors or warnings")
	case s.Error == 0 && p.style.Show == lint.Error:
		found = append(found, "no errors")
	}
	for _, severity := range []lint.Severity{lint.Error, lint.Warning, lint.Info} {
		if n := s.of(severity); n > 0 && severity >= p.style.Show {
			found = append(found, count(n, severity.String()))
		}
	}
	text = strings.Join(found, ", ")
	skipped := len(p.report.skipped())
	switch {
	case s.Error > 0:
		return text, errorColor
	case s.Warning > 0:
		return text, warningColor
	case p.report.Failed:
		return "not finished because of errors: " + text, warningColor
	case skipped > 0:
		return fmt.Sprintf("ok except for what was not analysed (%d): %s", skipped, text), okColor
	default:
		return "ok: " + text, okColor
	}
}
