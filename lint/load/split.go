package load

import (
	"bytes"
	"encoding/json"

	"github.com/nplint/nplint/lint/manifest"
)

// split cuts a file into its documents: at the "---" lines of YAML, or at the
// ends of the values where the file is a stream of JSON. A "---" at the
// beginning of a line separates documents even within a block scalar (YAML
// 1.2, section 9.1.2).
func split(file *manifest.File) []manifest.Document {
	data := file.Data
	start := 0
	if bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
		start = 3
	}
	if docs := splitJSON(file, start); len(docs) > 1 {
		return docs
	}
	var docs []manifest.Document
	add := func(start, end int) {
		if !blank(data[start:end]) {
			docs = append(docs, manifest.Document{File: file, Start: start, End: end})
		}
	}
	at := start
	for line := range bytes.Lines(data[start:]) {
		if separates(line) {
			add(start, at)
			start = at + len("---")
		}
		at += len(line)
	}
	add(start, len(data))
	return docs
}

// splitJSON returns the values of a JSON stream, nil if the file is none.
func splitJSON(file *manifest.File, start int) []manifest.Document {
	text := file.Data[start:]
	if first := bytes.TrimLeft(text, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return nil
	}
	var docs []manifest.Document
	dec := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		end := start + int(dec.InputOffset())
		docs = append(docs, manifest.Document{File: file, Start: end - len(value), End: end})
	}
	return docs
}

// separates reports whether a line ends a document. The end marker "..." does
// too; what follows it up to the next "---" is at most a directive.
func separates(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("---")) && !bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	return len(line) == 3 || bytes.IndexByte([]byte(" \t\r\n"), line[3]) >= 0
}

// blank reports whether a text holds nothing but blanks, comments and
// directives.
func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimLeft(line, " \t\r\n"); len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}
