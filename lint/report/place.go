package report

import (
	"fmt"

	"github.com/nplint/nplint/lint/manifest"
)

// place is a span as people and editors count it.
type place struct {
	file       string
	start, end manifest.Position
}

// locate returns the place of a span. Without a file it is the beginning of
// the working directory, so that every format has something to name.
func locate(s manifest.Span) place {
	if s.File == nil {
		first := manifest.Position{Line: 1, Column: 1, UTF16: 1}
		return place{".", first, first}
	}
	return place{s.File.Name, s.File.Position(s.Start), s.File.Position(max(s.Start, s.End))}
}

// String writes a place so that terminals and editors can follow it.
func (p place) String() string {
	return fmt.Sprintf("%s:%d:%d", p.file, p.start.Line, p.start.Column)
}

// placeless reports whether a span has no text to show: there is no file, or it
// is empty or not text at all.
func placeless(s manifest.Span) bool { return s.File == nil || s.End <= 0 }

// firstLine cuts a span at the end of the line that it begins on.
func firstLine(s manifest.Span) manifest.Span {
	if s.File == nil {
		return s
	}
	start, text := lineAt(s)
	s.Start = max(start, min(s.Start, start+len(text)))
	s.End = max(s.Start, min(s.End, start+len(text)))
	return s
}

// lineAt returns the offset and the text of the line that a span begins on.
func lineAt(s manifest.Span) (start int, text string) {
	line := s.File.Position(s.Start).Line
	return s.File.Offset(line, 1), s.File.Line(line)
}
