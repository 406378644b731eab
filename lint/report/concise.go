package report

import (
	"bufio"
	"fmt"
	"io"

	"github.com/nplint/nplint/lint"
)

// Concise writes one line for each diagnostic from a severity on, in the form
// that editors and problem matchers read:
//
//	path:line:column: severity: message [rule]
func Concise(w io.Writer, r *Report, style Style) error {
	show := style.orDefault().Show
	out := bufio.NewWriter(w)
	for _, d := range r.Diagnostics {
		if d.Severity < show {
			continue
		}
		message := d.Message
		if d.Certainty == lint.Possible {
			message += " (possible)"
		}
		fmt.Fprintf(out, "%s: %s: %s [%s]\n", printable(locate(d.Origin.Span).String()), d.Severity, printable(message), d.Rule.Name)
	}
	if style.Quiet {
		return out.Flush()
	}
	for _, s := range r.skipped() {
		fmt.Fprintf(out, "%s: not analysed: %s\n", printable(s.File), printable(s.Reason))
	}
	if hidden := r.hidden(show); hidden != "" {
		fmt.Fprintln(out, hidden)
	}
	return out.Flush()
}
