package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// Report is what one run has to say, in every format alike.
type Report struct {
	// Diagnostics are merged and sorted as [lint.Merge] leaves them.
	Diagnostics []lint.Diagnostic
	// Rules are all rules that ran, whether they found something or not.
	Rules []*lint.Rule
	// Skipped is what was not analysed.
	Skipped []manifest.Skipped
	Summary Summary
	// Known says of the findings that are not new how many are where: "3 in the
	// baseline".
	Known []string
	// Failed says that some of the work could not be done, so that nothing may
	// be called clean. The errors themselves are told elsewhere.
	Failed bool
	// Version is that of nplint.
	Version string
	// Dir is the working directory and Root the folder from which the formats
	// for other services name files, the root of the repository: both absolute
	// and with forward slashes. Where they are empty, names stay as they are.
	Dir, Root string
	// Explanations say of witnesses why they are allowed or not.
	Explanations map[*lint.Witness]reach.Explanation
}

// Summary counts what was found, and what it was found in.
type Summary struct {
	Error, Warning, Info                     int
	Suppressed, Baselined                    int
	Stale                                    int // findings of the baseline that are no more
	Bundles, Policies, Workloads, Namespaces int
}

// Count adds diagnostics to the counts of their severities.
func (s *Summary) Count(diagnostics []lint.Diagnostic) {
	for _, d := range diagnostics {
		switch d.Severity {
		case lint.Error:
			s.Error++
		case lint.Warning:
			s.Warning++
		case lint.Info:
			s.Info++
		}
	}
}

func (s *Summary) of(severity lint.Severity) int {
	switch severity {
	case lint.Error:
		return s.Error
	case lint.Warning:
		return s.Warning
	default:
		return s.Info
	}
}

// skipped returns what was not analysed in the order of files, each once: two
// bundles may have left out the same file.
func (r *Report) skipped() []manifest.Skipped {
	all := slices.Clone(r.Skipped)
	slices.SortFunc(all, func(a, b manifest.Skipped) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(all)
}

// hidden says how many diagnostics lie below the least severity shown, and how
// to see them. It is empty where none do.
func (r *Report) hidden(show lint.Severity) string {
	var counts []string
	total := 0
	least := lint.Error
	for severity := show - 1; severity >= lint.Info; severity-- {
		if n := r.Summary.of(severity); n > 0 {
			counts = append(counts, count(n, severity.String()))
			total += n
			least = severity
		}
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("%s not shown; --show %s prints %s", strings.Join(counts, " and "), least, them(total))
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// count writes a number with its noun: "1 policy", "3 policies".
func count(n int, noun string) string {
	if n != 1 {
		if stem, found := strings.CutSuffix(noun, "y"); found {
			noun = stem + "ie"
		}
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// witness writes a connection as people read it.
func witness(w *lint.Witness) string {
	to := w.Destination
	if w.Port != 0 {
		if strings.Contains(to, ":") { // an IPv6 address
			to = "[" + to + "]"
		}
		to = fmt.Sprintf("%s:%d", to, w.Port)
	}
	if w.Protocol != "" {
		to += "/" + w.Protocol
	}
	if w.Allowed {
		return fmt.Sprintf("%s -> %s is allowed", w.Source, to)
	}
	return fmt.Sprintf("%s -> %s is not allowed", w.Source, to)
}
