package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/nplint/nplint/lint"
)

// longestSummary is what GitHub takes as the summary of a job's step, 1 MiB,
// less room for the end.
const longestSummary = 1<<20 - 4096

// Markdown writes the summary of a job: the verdict, a table of findings from a
// severity on, the worst first, and what was not analysed. Where it would be too
// long, it says how many findings it leaves out.
func Markdown(w io.Writer, r *Report, style Style) error {
	p := &printer{report: r, style: style.orDefault()}
	verdict, _ := p.verdict()
	s := r.Summary
	var b strings.Builder
	fmt.Fprintf(&b, "### nplint: %s\n\n%s, %s, %s", verdict,
		count(s.Policies, "policy"), count(s.Workloads, "workload"), count(s.Namespaces, "namespace"))
	if s.Suppressed > 0 {
		fmt.Fprintf(&b, ", %d suppressed", s.Suppressed)
	}
	for _, known := range r.Known {
		b.WriteString(", " + known)
	}
	b.WriteString("\n")
	rows := 0
	left := 0
	for severity := lint.Error; severity >= p.style.Show; severity-- {
		for i := range r.Diagnostics {
			d := &r.Diagnostics[i]
			if d.Severity != severity {
				continue
			}
			row := markdownRow(r, d)
			if b.Len()+len(row) > longestSummary {
				left++
				continue
			}
			if rows++; rows == 1 {
				b.WriteString("\n| severity | finding | place | rule |\n|---|---|---|---|\n")
			}
			b.WriteString(row)
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s more, for which there is no room here.\n", count(left, "finding"))
	}
	if hidden := r.hidden(p.style.Show); hidden != "" {
		fmt.Fprintf(&b, "\n%s.\n", hidden)
	}
	markdownSkipped(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownRow(r *Report, d *lint.Diagnostic) string {
	at := locate(d.Origin.Span)
	text := inline(sentence(d))
	if d.Witness != nil {
		text += "<br>witness: " + inline(witness(d.Witness))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", d.Severity, text,
		inline(fmt.Sprintf("%s:%d", r.rooted(at.file), at.start.Line)), inline(d.Rule.Name))
}

func markdownSkipped(b *strings.Builder, r *Report) {
	skipped := r.skipped()
	if len(skipped) == 0 {
		return
	}
	b.WriteString("\nNot analysed:\n\n")
	for i, s := range skipped {
		row := fmt.Sprintf("- %s: %s\n", inline(r.rooted(s.File)), inline(s.Reason))
		if b.Len()+len(row) > longestSummary {
			fmt.Fprintf(b, "- %d more\n", len(skipped)-i)
			return
		}
		b.WriteString(row)
	}
}

var inlineMarkup = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `|`, `\|`, `~`, `\~`, `#`, `\#`, `@`, `&#64;`,
	`&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`,
)

// inline writes a text so that Markdown, also in a table, shows it as it is.
func inline(s string) string { return inlineMarkup.Replace(printable(s)) }
