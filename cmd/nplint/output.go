package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/report"
)

// output is one --output: a format and where it goes.
type output struct {
	format string
	file   string // "" for standard output
}

// printing is what the formats depend on beside the report.
type printing struct {
	*settings
	*flags
	std streams
}

// style is that of the formats for people, without what terminals differ in.
func (p printing) style() report.Style {
	return report.Style{Show: p.settings.show, Verbose: p.verbose, Quiet: p.quiet}
}

// formats are the output formats by name.
var formats = map[string]func(io.Writer, *report.Report, printing) error{
	"text": func(w io.Writer, r *report.Report, p printing) error {
		style := p.style()
		fd, isTerminal := terminal(w)
		if width, _, err := term.GetSize(fd); isTerminal && err == nil {
			style.Width = width
		}
		var err error
		if style.Color, err = report.UseColor(p.color, os.LookupEnv, isTerminal); err != nil {
			return err
		}
		return report.Text(w, r, style)
	},
	"concise":    func(w io.Writer, r *report.Report, p printing) error { return report.Concise(w, r, p.style()) },
	"markdown":   func(w io.Writer, r *report.Report, p printing) error { return report.Markdown(w, r, p.style()) },
	"github":     func(w io.Writer, r *report.Report, p printing) error { return report.GitHub(w, r, p.style()) },
	"json":       func(w io.Writer, r *report.Report, _ printing) error { return report.JSON(w, r) },
	"gitlab":     func(w io.Writer, r *report.Report, _ printing) error { return report.GitLab(w, r) },
	"junit":      func(w io.Writer, r *report.Report, _ printing) error { return report.JUnit(w, r) },
	"checkstyle": func(w io.Writer, r *report.Report, _ printing) error { return report.Checkstyle(w, r) },
	"sarif": func(w io.Writer, r *report.Report, p printing) error {
		cut, err := report.SARIF(w, r)
		if cut != "" {
			fmt.Fprintln(p.std.err, "nplint:", cut)
		}
		return err
	},
}

func formatNames() []string {
	var names []string
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func parseOutputs(written []string) ([]output, error) {
	if len(written) == 0 {
		written = []string{"text"}
	}
	var outputs []output
	targets := map[string]bool{}
	for _, w := range written {
		format, file, _ := strings.Cut(w, "=")
		if formats[format] == nil {
			return nil, fmt.Errorf("unknown format %q%s; use one of %s", format, lint.Suggest(format, formatNames()), strings.Join(formatNames(), ", "))
		}
		if targets[file] {
			return nil, fmt.Errorf("two formats would go to the same place; write %s=FILE", format)
		}
		targets[file] = true
		outputs = append(outputs, output{format, file})
	}
	return outputs, nil
}

// write prints a report in a format.
func (o output) write(std streams, r *report.Report, s *settings, f *flags) (err error) {
	w := std.out
	if o.file != "" {
		file, err := os.Create(o.file)
		if err != nil {
			return fmt.Errorf("write the %s output: %w", o.format, err)
		}
		defer func() {
			if closing := file.Close(); err == nil {
				err = closing
			}
		}()
		w = file
	}
	if err := formats[o.format](w, r, printing{s, f, std}); err != nil {
		return fmt.Errorf("write the %s output: %w", o.format, err)
	}
	return nil
}

// terminal returns the file descriptor of a terminal.
func terminal(w io.Writer) (fd int, ok bool) {
	file, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	return int(file.Fd()), true
}
