package manifest

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"
)

// Entry is a place in a syntax tree: a map entry, a list item or the root. Key
// is nil for the latter two.
type Entry struct {
	Key, Value *yaml.Node
}

// Find follows a path from a root node and returns the last entry on it that
// exists, and how many steps led there.
func Find(root *yaml.Node, p Path) (Entry, int) {
	found := walk(root, p)
	return Entry{found.key, found.value}, found.depth
}

// SpanOn returns the span of an entry that stands on a line of a file: from a
// key on that line, or from a column where the key is "", to the end of what
// is written there.
func SpanOn(file *File, line, column int, key string) Span {
	start, end := file.lineBounds(line)
	text := file.Data[start:end]
	from := min(file.Offset(line, column)-start, len(text))
	if key != "" {
		if i := KeyIndex(text, key); i >= 0 {
			from = i
		}
	}
	return Span{file, start + from, start + from + Content(text[from:])}
}

// KeyIndex returns where a key stands on a line, -1 if it does not.
func KeyIndex(line []byte, key string) int {
	for from := 0; ; {
		i := bytes.Index(line[from:], []byte(key))
		if i < 0 {
			return -1
		}
		i += from
		rest := bytes.TrimLeft(line[i+len(key):], `"' `)
		before := bytes.TrimRight(line[:i], `"'`)
		if bytes.HasPrefix(rest, []byte(":")) && (len(before) == 0 || bytes.IndexByte([]byte(" {,-"), before[len(before)-1]) >= 0) {
			return len(before)
		}
		from = i + len(key)
	}
}
