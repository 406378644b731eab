// Package want compares findings with what the comments of a fixture ask for:
//
//	egress: []   # want "warning: .* does not stop egress"
//
// A regular expression is matched with "severity: message [rule]" of a finding
// on its line; several may stand in one comment. Every finding must be wanted,
// and every want met.
package want

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

type line struct {
	file string
	line int
}

// Compare returns what is wrong, a sentence with file and line for each finding
// that is not wanted, each want that is not met, and each comment that cannot
// be read; nothing if all is well.
func Compare(files []*manifest.File, diagnostics []lint.Diagnostic) []string {
	var wrong []string
	wants := map[line][]*regexp.Regexp{}
	parsed := map[string]bool{} // a base may be in several trees
	for _, file := range files {
		if !parsed[file.Name] {
			wrong = append(wrong, parse(file, wants)...)
		}
		parsed[file.Name] = true
	}
	for _, d := range diagnostics {
		at := line{d.Origin.Span.File.Name, d.Origin.Span.File.Position(d.Origin.Span.Start).Line}
		i := slices.IndexFunc(wants[at], func(want *regexp.Regexp) bool { return want.MatchString(Text(d)) })
		if i < 0 {
			wrong = append(wrong, fmt.Sprintf("%s: not wanted: %s", Place(d), Text(d)))
			continue
		}
		wants[at] = slices.Delete(wants[at], i, i+1)
	}
	for at, left := range wants {
		for _, want := range left {
			wrong = append(wrong, fmt.Sprintf("%s:%d: wanted and not reported: %s", at.file, at.line, want))
		}
	}
	slices.Sort(wrong)
	return wrong
}

var (
	comment = regexp.MustCompile(`# want ("(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*)\s*$`)
	quoted  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

func parse(file *manifest.File, wants map[line][]*regexp.Regexp) (wrong []string) {
	for i, content := range strings.Split(string(file.Data), "\n") {
		found := comment.FindStringSubmatch(content)
		if found == nil {
			if strings.Contains(content, "# want") {
				wrong = append(wrong, fmt.Sprintf("%s:%d: cannot read the want comment", file.Name, i+1))
			}
			continue
		}
		for _, q := range quoted.FindAllString(found[1], -1) {
			pattern, err := strconv.Unquote(q)
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %s: %v", file.Name, i+1, q, err))
				continue
			}
			want, err := regexp.Compile(pattern)
			if err != nil {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %v", file.Name, i+1, err))
				continue
			}
			at := line{file.Name, i + 1}
			wants[at] = append(wants[at], want)
		}
	}
	return wrong
}

// Text returns what a want is matched with.
func Text(d lint.Diagnostic) string {
	return d.Severity.String() + ": " + d.Message + " [" + d.Rule.Name + "]"
}

// Place returns where a finding points at: file:line:column.
func Place(d lint.Diagnostic) string {
	pos := d.Origin.Span.File.Position(d.Origin.Span.Start)
	return fmt.Sprintf("%s:%d:%d", d.Origin.Span.File.Name, pos.Line, pos.Column)
}
