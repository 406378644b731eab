package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"

	"github.com/nplint/nplint/lint/work"
)

// Document is the text of one YAML or JSON document within a file: what stands
// between two separators, or one item of a List. Start and End are byte
// offsets.
type Document Span

// Text returns the document's bytes.
func (d Document) Text() []byte { return d.File.Data[d.Start:d.End] }

// A SyntaxError says where in a file a document stopped making sense.
type SyntaxError struct {
	Offset  int // in the file
	Message string
}

// Error returns the message without the place, which the caller knows better
// how to write.
func (e *SyntaxError) Error() string { return e.Message }

// Parse returns the document's root node, nil for an empty document. Lines and
// columns of its nodes count from the document's first line, so that
// [Document.Offset] finds them in the file. The error is a *[SyntaxError].
func (d Document) Parse() (*yaml.Node, error) {
	if d.flow() {
		if node, err := parseJSON(d.Text()); err == nil {
			return node, nil
		}
	}
	var node yaml.Node
	if err := unmarshal(d.padded(), &node); err != nil {
		return nil, d.syntaxError(err)
	}
	if node.Kind != yaml.DocumentNode {
		return nil, nil
	}
	return node.Content[0], nil
}

// padded returns the text with blanks before it where the document begins
// within a line, so that its first line keeps its columns. This also turns an
// item of a block list into a block map of its own.
func (d Document) padded() []byte {
	text := d.Text()
	lead := d.Lead()
	if lead == 0 {
		return text
	}
	return append(bytes.Repeat([]byte(" "), lead), text...)
}

// flow reports whether the document is written in braces or brackets, as JSON
// is.
func (d Document) flow() bool {
	first := bytes.TrimLeft(d.Text(), " \t\r\n")
	return len(first) > 0 && (first[0] == '{' || first[0] == '[')
}

// Lead returns the number of bytes between the beginning of the document's
// first line and the document. It is 0 in braces, where indentation means
// nothing and the line before the document may hold a whole cluster.
func (d Document) Lead() int {
	if d.flow() {
		return 0
	}
	before := d.File.Data[:d.Start]
	n := len(before) - 1 - bytes.LastIndexByte(before, '\n')
	if n == len(before) && bytes.HasPrefix(before, utf8BOM) {
		n -= len(utf8BOM)
	}
	return n
}

// Offset returns the byte offset in the file of a line and column that the
// document's parser counted.
func (d Document) Offset(line, column int) int {
	start := d.Start - d.Lead()
	text := &File{Data: d.File.Data[start:d.End]}
	return start + text.Offset(line, column)
}

// unmarshal guards against a parser that panics on hostile input.
func unmarshal(text []byte, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: cannot be read: %v", r)
		}
	}()
	work.Parsed.Add(1)
	return yaml.Unmarshal(text, node)
}

// syntaxError finds the place of an error, which the v3 parser only hints at
// in its message. The v4 parser reports it, so the document is parsed once
// more.
func (d Document) syntaxError(err error) *SyntaxError {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, found := strings.CutPrefix(message, "line "); found {
		if _, after, found := strings.Cut(rest, ": "); found {
			message = after
		}
	}
	offset := d.Start + unreadable(d.Text())
	end := d.Start + len(bytes.TrimRight(d.Text(), " \t\r\n"))
	var node yaml4.Node
	var load *yaml4.LoadError
	if errors.As(yaml4.Unmarshal(d.padded(), &node), &load) && load.Mark.Line > 0 {
		message = load.Message
		offset = min(d.Offset(load.Mark.Line, load.Mark.Column), end)
	}
	return &SyntaxError{Offset: offset, Message: message}
}

// unreadable returns where a text holds the first byte that no YAML may hold: a
// control character or what is not UTF-8. The parsers reject it without saying
// where. It is 0 where there is none.
func unreadable(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		control := r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85
		if control || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return 0
}
