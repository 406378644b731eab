package load

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// names are names of sub-charts.
type names []string

func (n names) are() string {
	if len(n) == 1 {
		return "dependency " + n[0] + " is"
	}
	return "dependencies " + strings.Join(n, ", ") + " are"
}

// declared returns the line of Chart.yaml, or of requirements.yaml in charts of
// API version 1, that lists a sub-chart under a name or an alias.
func (c *release) declared(name string) manifest.Span {
	for _, base := range []string{"Chart.yaml", "requirements.yaml"} {
		if c.files.texts[base] == nil {
			continue
		}
		file := c.files.file(base)
		doc := manifest.Document{File: file, End: len(file.Data)}
		for i := 0; ; i++ {
			item := manifest.Field("dependencies").Item(i)
			if doc.In(nil).Locate(item).Precision != manifest.Exact {
				break
			}
			for _, key := range []string{"alias", "name"} {
				at := doc.In(nil).Locate(item.Key(key))
				if _, value, _ := strings.Cut(at.Span.Text(), ":"); strings.Trim(value, ` "'`) == name {
					return at.Span
				}
			}
		}
	}
	return manifest.SpanOn(c.files.file("Chart.yaml"), 1, 1, "")
}

// inTemplate finds the templates and lines that an error of package template
// names, from the outermost inwards.
var inTemplate = regexp.MustCompile(`template: ([^:\s]+):(\d+)`)

// place returns where an error arose: the innermost line of a template that is
// a file, else Chart.yaml.
func (c *release) place(err error) manifest.Span {
	found := inTemplate.FindAllStringSubmatch(err.Error(), -1)
	slices.Reverse(found)
	for _, at := range found {
		if p, known := c.partials[at[1]]; known {
			line, _ := strconv.Atoi(at[2])
			return manifest.SpanOn(c.files.file(p.file), line, 1, "")
		}
	}
	return manifest.SpanOn(c.files.file("Chart.yaml"), 1, 1, "")
}

// executing is what package template puts before an error of its own.
var executing = regexp.MustCompile(`^template: \S+: (executing ".*?" at <.*?>: )?`)

// cause returns what went wrong, without the calls that led there.
func cause(err error) string {
	for inTemplate.MatchString(err.Error()) && errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	text, _, _ := strings.Cut(executing.ReplaceAllString(err.Error(), ""), "\n")
	return text
}
