package rules

import (
	"strings"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// commentsOn returns the comments at a policy rule, at its peers and at its ports.
func commentsOn(p *graph.Policy, rule *graph.PolicyRule) string {
	comments := commentsAt(p.Object, rule.Path)
	for _, path := range []manifest.Path{rule.PeersPath, rule.PortsPath} {
		if at := commentsAt(p.Object, path); p.Object.Value.At(path).Exists() && !strings.Contains(comments, at) {
			comments += "\n" + at
		}
	}
	return comments
}

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
