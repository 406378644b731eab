package rules

import (
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// commentsAt returns the comments on the line of a field and on the lines right
// above it, in lower case.
func commentsAt(o *manifest.Object, path manifest.Path) string {
	if !strings.Contains(o.Span().Text(), "#") {
		return ""
	}
	span := o.At(path).Span
	if span.File == nil {
		return ""
	}
	before := strings.Split(string(span.File.Data[:span.Start]), "\n")
	line, _, _ := strings.Cut(string(span.File.Data[span.Start:]), "\n")
	var comments []string
	if _, comment, found := strings.Cut(line, " #"); found {
		comments = append(comments, comment)
	}
	for i := len(before) - 2; i >= 0; i-- {
		comment, found := strings.CutPrefix(strings.TrimSpace(before[i]), "#")
		if !found {
			break
		}
		comments = append(comments, comment)
	}
	return strings.ToLower(strings.Join(comments, "\n"))
}
