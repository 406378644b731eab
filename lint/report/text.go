package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// Text writes diagnostics with the lines that they are about, then what was
// not analysed and the counts.
func Text(w io.Writer, r *Report, style Style) error {
	p := &printer{Writer: bufio.NewWriter(w), report: r, style: style.orDefault()}
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Severity >= p.style.Show {
			p.diagnostic(d)
			p.println("")
		}
	}
	if !style.Quiet {
		p.skipped()
		p.summary()
	}
	return p.Flush()
}

// printer keeps the first error of the writer for Flush to return.
type printer struct {
	*bufio.Writer
	report *Report
	style  Style
}

func (p *printer) println(line string) {
	p.WriteString(line)
	p.WriteByte('\n')
}

func (p *printer) paint(code, text string) string { return p.style.paint(code, text) }

const fewRelated = 4

func (p *printer) diagnostic(d *lint.Diagnostic) {
	color := severityColor(d.Severity)
	p.println(p.paint(color, d.Severity.String()+"["+d.Rule.Name+"]") + p.paint(strongColor, ": "+printable(d.Message)))
	related := d.Related
	if len(related) > fewRelated+1 && !p.style.Verbose {
		related = related[:fewRelated]
	}
	spans := []manifest.Span{d.Origin.Span}
	for _, other := range related {
		spans = append(spans, other.Origin.Span)
	}
	width := gutter(spans...)
	margin := strings.Repeat(" ", width)
	p.println(margin + p.paint(frameColor, "--> ") + written(d.Origin.Span))
	p.frame(d.Origin.Span, "^", color, width)
	for _, other := range related {
		p.println(margin + p.paint(frameColor, "::: ") + labelled(written(other.Origin.Span), other.Message))
		p.frame(other.Origin.Span, "-", frameColor, width)
	}
	if rest := len(d.Related) - len(related); rest > 0 {
		p.note(width, "and", count(rest, "place")+" more; -v shows all")
	}
	p.notes(d, width)
}

// notes writes what there is to say beside the lines.
func (p *printer) notes(d *lint.Diagnostic, width int) {
	if d.Origin.Precision != manifest.Exact && len(d.Path) > 0 {
		p.note(width, "field", d.Path.String())
	}
	for _, via := range d.Origin.Via {
		p.note(width, "via", written(via))
	}
	if len(d.Bundles) < p.report.Summary.Bundles {
		p.note(width, "only in", strings.Join(d.Bundles, ", "))
	}
	if d.Certainty == lint.Possible {
		p.note(width, "possible", possible)
	}
	if d.Witness != nil {
		p.note(width, "witness", witness(d.Witness))
	}
	for _, fix := range d.Fixes {
		p.note(width, "fix", fix.Message)
	}
	p.note(width, "help", "nplint explain "+d.Rule.Name)
}

const possible = "it depends on objects outside the input, or on the network plugin"

func (p *printer) note(width int, label, text string) {
	p.println(strings.Repeat(" ", width) + p.paint(frameColor, " = ") + p.paint(strongColor, label+":") + " " + printable(text))
}

// written writes a place, without line and column where the file has none to
// show.
func written(s manifest.Span) string {
	at := locate(s)
	if placeless(s) {
		return printable(at.file)
	}
	return printable(at.String())
}

func labelled(place, message string) string {
	if message == "" {
		return place
	}
	return fmt.Sprintf("%s: %s", place, printable(message))
}
