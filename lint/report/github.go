package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
)

// mostAnnotations is how many annotations of one level GitHub keeps of a step;
// it drops further ones without a word.
const mostAnnotations = 10

// GitHub writes workflow commands that annotate the lines of a pull request
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
// Where a level has more findings than GitHub shows, its last annotation says
// how many more there are, of which rules. The first finding of each rule goes
// before the second of any.
func GitHub(w io.Writer, r *Report, style Style) error {
	out := bufio.NewWriter(w)
	show := style.orDefault().Show
	for severity := lint.Error; severity >= show; severity-- {
		found := spread(r.Diagnostics, severity)
		rest := 0
		if len(found) > mostAnnotations {
			rest = len(found) - (mostAnnotations - 1)
		}
		for _, d := range found[:len(found)-rest] {
			fmt.Fprintln(out, annotation(r, d))
		}
		if rest > 0 {
			fmt.Fprintf(out, "::%s title=nplint::%s\n", githubLevel(severity), githubData.Replace(
				fmt.Sprintf("%s more: %s", count(rest, severity.String()), ruleCounts(found[len(found)-rest:]))))
		}
	}
	for _, s := range r.skipped() {
		fmt.Fprintf(out, "nplint: not analysed: %s: %s\n", printable(s.File), printable(s.Reason))
	}
	return out.Flush()
}

// spread returns the diagnostics of a severity: first one of each rule, then
// the second ones, and so on.
func spread(all []lint.Diagnostic, severity lint.Severity) []*lint.Diagnostic {
	nth := map[*lint.Diagnostic]int{}
	seen := map[*lint.Rule]int{}
	var found []*lint.Diagnostic
	for i := range all {
		if d := &all[i]; d.Severity == severity {
			nth[d] = seen[d.Rule]
			seen[d.Rule]++
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b *lint.Diagnostic) int { return cmp.Compare(nth[a], nth[b]) })
	return found
}

func ruleCounts(found []*lint.Diagnostic) string {
	counts := map[string]int{}
	for _, d := range found {
		counts[d.Rule.Name]++
	}
	var all []string
	for name, n := range counts {
		all = append(all, fmt.Sprintf("%s (%d)", name, n))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func annotation(r *Report, d *lint.Diagnostic) string {
	properties := []string{"title=" + githubProperty.Replace("nplint: "+d.Rule.Name)}
	if s := firstLine(d.Origin.Span); s.File != nil {
		at := locate(s)
		place := []string{"file=" + githubProperty.Replace(printable(r.rooted(at.file)))}
		if !placeless(s) {
			place = append(place, fmt.Sprintf("line=%d,endLine=%d,col=%d,endColumn=%d",
				at.start.Line, at.start.Line, at.start.Column, max(at.start.Column, at.end.Column)))
		}
		properties = append(place, properties...)
	}
	return fmt.Sprintf("::%s %s::%s", githubLevel(d.Severity), strings.Join(properties, ","), githubData.Replace(sentence(d)))
}

// sentence is the message of a diagnostic as the formats for services give it.
func sentence(d *lint.Diagnostic) string {
	text := printable(cmp.Or(d.Message, d.Rule.Title()))
	if d.Certainty == lint.Possible {
		return text + " (possible)"
	}
	return text
}

func githubLevel(s lint.Severity) string {
	if s == lint.Info {
		return "notice"
	}
	return s.String()
}

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
