package ignore

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// comments finds the suppressions that stand in the comments of a file.
func comments(file *manifest.File) []*suppression {
	t := newText(file)
	var all []*suppression
	for i := range t.lines {
		if text, from := t.comment(i); strings.HasPrefix(text, marker) {
			span := manifest.Span{File: file, Start: t.starts[i] + from, End: t.starts[i] + len(t.lines[i])}
			all = append(all, t.read(strings.TrimPrefix(text, marker), span, func() (int, int, bool) { return t.covered(i) }))
		}
	}
	for _, at := range templateComment.FindAllSubmatchIndex(file.Data, -1) {
		span := manifest.Span{File: file, Start: at[2], End: at[3]}
		text := strings.TrimPrefix(strings.TrimSpace(span.Text()), marker)
		all = append(all, t.read(text, span, func() (int, int, bool) { return t.nextDocument(at[1]) }))
	}
	return all
}

// templateComment is {{- /* nplint:ignore rule -- reason */ -}}.
var templateComment = regexp.MustCompile(`(?s)\{\{-?\s*/\*\s*(nplint:.*?)\s*\*/\s*-?\}\}`)

// read makes the suppression that a comment holds; text follows the marker.
// covered returns what one that is not about the whole file covers.
func (t *text) read(text string, span manifest.Span, covered func() (from, to int, document bool)) *suppression {
	word, rest, _ := strings.Cut(text, " ")
	s := &suppression{directive: parse(rest), span: span, from: 0, to: len(t.file.Data)}
	switch word {
	case fileWord:
	case ignoreWord:
		s.from, s.to, s.document = covered()
	default:
		s.directive = directive{broken: "says " + marker + word + lint.Suggest(word, []string{ignoreWord, fileWord})}
	}
	return s
}

// text is a file as its lines, without their line breaks.
type text struct {
	file   *manifest.File
	lines  []string
	starts []int
	scalar []bool // lines that belong to a block scalar
}

func newText(file *manifest.File) *text {
	t := &text{file: file}
	at := 0
	for line := range bytes.Lines(file.Data) {
		t.lines = append(t.lines, strings.TrimRight(string(line), "\r\n"))
		t.starts = append(t.starts, at)
		at += len(line)
	}
	t.scalar = make([]bool, len(t.lines))
	if base := path.Base(file.Name); !strings.HasPrefix(strings.ToLower(base), "kustomization") {
		t.markScalars() // in a kustomization, they hold patches
	}
	return t
}

var scalarHeader = regexp.MustCompile(`(^|[:-] +)([!&]\S+ +)?[|>][0-9+-]*$`)

// markScalars finds the lines of block scalars: their number signs begin no
// comments.
func (t *text) markScalars() {
	for i := 0; i < len(t.lines); i++ {
		line := t.lines[i][:manifest.Content([]byte(t.lines[i]))]
		if strings.HasPrefix(strings.TrimLeft(line, " "), "#") || !scalarHeader.MatchString(line) {
			continue
		}
		parent := keyColumn(line)
		for i+1 < len(t.lines) && (action(t.lines[i+1]) || blank(t.lines[i+1]) || indent(t.lines[i+1]) > parent) {
			i++
			t.scalar[i] = true
		}
	}
}

// keyColumn returns where the key of a line stands, behind the dashes of lists.
func keyColumn(line string) int {
	at := indent(line)
	for strings.HasPrefix(line[at:], "- ") {
		next := at + 2 + indent(line[at+2:])
		if strings.ContainsRune("|>", rune(line[next])) {
			break
		}
		at = next
	}
	return at
}

// comment returns the text of a line's comment behind its number sign, and
// where the sign stands.
func (t *text) comment(i int) (text string, from int) {
	line := t.lines[i]
	from = manifest.Content([]byte(line))
	if alone(line) {
		from = indent(line)
	}
	rest := strings.TrimLeft(line[from:], " \t")
	if t.scalar[i] || !strings.HasPrefix(rest, "#") {
		return "", 0
	}
	return strings.TrimLeft(rest, "# \t"), len(line) - len(rest)
}

// covered returns the bytes that the comment on a line covers: the key or list
// item on the line, or below it, with all that is under it. Before the first
// key of a document, it is the document.
func (t *text) covered(i int) (from, to int, document bool) {
	own := alone(t.lines[i])
	for own && i < len(t.lines) && (t.passes(i) || separator(t.lines[i])) {
		i++
	}
	if i == len(t.lines) {
		return len(t.file.Data), len(t.file.Data), false
	}
	if own && t.first(i) {
		return t.documentAt(i)
	}
	return t.starts[i], t.end(t.blockEnd(i)), false
}

// passes reports whether a line says nothing.
func (t *text) passes(i int) bool {
	return blank(t.lines[i]) || alone(t.lines[i]) || action(t.lines[i])
}

// blockEnd returns the line after those that are under a line. The dashes of a
// list may stand right below its key.
func (t *text) blockEnd(i int) int {
	item := func(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "-") }
	own := indent(t.lines[i])
	end := i + 1
	for j := i + 1; j < len(t.lines); j++ {
		deeper := indent(t.lines[j]) > own || indent(t.lines[j]) == own && item(t.lines[j]) && !item(t.lines[i])
		switch {
		case separator(t.lines[j]):
			return end
		case t.scalar[j] || deeper:
			end = j + 1
		case !t.passes(j):
			return end
		}
	}
	return end
}

// end returns the offset at which a line begins, the end of the file after the
// last one.
func (t *text) end(i int) int {
	if i < len(t.starts) {
		return t.starts[i]
	}
	return len(t.file.Data)
}

// first reports whether a line is the first of its document.
func (t *text) first(i int) bool {
	for i--; i >= 0 && t.passes(i); i-- {
	}
	return i < 0 || separator(t.lines[i])
}

// documentAt returns the document that holds a line.
func (t *text) documentAt(i int) (from, to int, document bool) {
	first, last := i, i
	for first > 0 && !separator(t.lines[first-1]) {
		first--
	}
	for last+1 < len(t.lines) && !separator(t.lines[last+1]) {
		last++
	}
	return t.starts[first], t.end(last + 1), true
}

// nextDocument returns the document whose apiVersion comes next after an offset.
func (t *text) nextDocument(offset int) (from, to int, document bool) {
	for i, line := range t.lines {
		if t.starts[i] >= offset && strings.HasPrefix(strings.TrimLeft(line, " "), "apiVersion:") && !t.scalar[i] {
			return t.documentAt(i)
		}
	}
	return len(t.file.Data), len(t.file.Data), false
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// alone reports whether a line is a comment and nothing else.
func alone(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") }

// action reports whether a line of a template begins with an action.
func action(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "{{") }

// separator reports whether a line parts two documents.
func separator(line string) bool {
	return strings.HasPrefix(line, "---") && (len(line) == 3 || strings.ContainsRune(" \t\r", rune(line[3])))
}
