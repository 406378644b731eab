package manifest

import (
	"bytes"
	"sync"

	yaml "go.yaml.in/yaml/v3"
)

// In returns the source of the object that stands at a path within the
// document: none for a document of its own, items[i] for one in a List.
func (d Document) In(path Path) Source { return written{doc: d, path: path} }

// FoundBy returns the source of the object that is the whole document, with a
// way to find its fields that is faster than the parser.
func (d Document) FoundBy(find Finder) Source { return written{doc: d, find: find} }

// Finder follows a path through the text of a document, whose first byte stands
// in a column counted from 0. ok is false where only a parser can do that.
type Finder func(text []byte, column int, p Path) (found Found, ok bool)

// Found is the last entry on a path that exists: how many steps lead there, and
// between which offsets it stands. End is negative if the entry does not end on
// its first line.
type Found struct {
	Depth, Start, End int
}

// written is an object that is written out as it is.
type written struct {
	doc  Document
	path Path
	find Finder
}

func (w written) Span() Span { return Span(w.doc) }

// longDocument is the size in bytes from which on a document is parsed once to
// place all of its findings, not read again for each.
const longDocument = 8 << 10

func (w written) Locate(p Path) Origin {
	if w.find != nil && w.doc.End-w.doc.Start < longDocument {
		if found, ok := w.find(w.doc.Text(), w.doc.Lead(), p); ok {
			return w.doc.origin(found, len(p))
		}
	}
	return w.parsed(p)
}

// origin returns the place of what was found on a path of some steps.
func (d Document) origin(found Found, steps int) Origin {
	if found.Depth == 0 && steps > 0 {
		return Origin{Span: d.firstLine(), Precision: Whole}
	}
	span := d.line(d.Start + found.Start)
	if found.End >= 0 {
		span.End = d.Start + found.End
	}
	if found.Depth < steps {
		return Origin{Span: span, Precision: Near}
	}
	return Origin{Span: span}
}

// parsed places a field with the parser.
func (w written) parsed(p Path) Origin {
	d, own := w.doc, len(w.path)
	path := append(w.path[:own:own], p...)
	root := d.File.look().parsed.root(d)
	if root == nil {
		return Origin{Span: d.firstLine(), Precision: Whole}
	}
	found := walk(root, path)
	if found.depth < own || found.depth == 0 && len(path) > own {
		return Origin{Span: d.firstLine(), Precision: Whole}
	}
	origin := Origin{Span: d.span(found.key, found.value)}
	if found.depth < len(path) || found.use != nil {
		origin.Precision = Near
	}
	if found.use != nil {
		origin.Via = []Span{origin.Span}
		origin.Span = d.span(found.use.key, found.use.value)
	}
	return origin
}

// parsedDocument is the document of a file that was parsed last to place a
// field: the next field is most often one of the same document.
type parsedDocument struct {
	mu   sync.Mutex
	doc  Document
	node *yaml.Node
}

// root returns the root node of a document, nil if it cannot be read. Nobody
// changes the nodes.
func (p *parsedDocument) root(d Document) *yaml.Node {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.node == nil || p.doc != d {
		node, err := d.Parse()
		if err != nil {
			return nil
		}
		p.doc, p.node = d, node
	}
	return p.node
}

// place is the outcome of following a path: the entry reached and how many
// steps led there. Behind an alias or a merge key, use is the entry that
// refers to the anchor: the text to point at, because others may share the
// anchor.
type place struct {
	key, value *yaml.Node // key is nil for list items and the root
	depth      int
	use        *place
	merges     int // how many merge keys were followed, for those that merge themselves
}

const maxMerges = 100

func walk(root *yaml.Node, path Path) place {
	at := place{value: root}
	for _, step := range path {
		next, found := at.step(step)
		if !found {
			return at
		}
		at = next
	}
	return at
}

func (p place) step(s Step) (place, bool) {
	next := place{depth: p.depth + 1, use: p.use, merges: p.merges}
	node := p.value
	if node.Kind == yaml.AliasNode {
		if next.use == nil {
			next.use = &place{key: p.key, value: p.value}
		}
		node = node.Alias
	}
	if s.IsItem() {
		if node.Kind != yaml.SequenceNode || s.Index >= len(node.Content) {
			return place{}, false
		}
		next.value = node.Content[s.Index]
		return next, true
	}
	if node.Kind != yaml.MappingNode {
		return place{}, false
	}
	for i := len(node.Content) - 2; i >= 0; i -= 2 {
		if node.Content[i].Value == s.Key && !isMerge(node.Content[i]) {
			next.key, next.value = node.Content[i], node.Content[i+1]
			return next, true
		}
	}
	return p.merged(node, s, next.use)
}

// merged looks a key up in the maps that a map merges with "<<".
func (p place) merged(node *yaml.Node, s Step, use *place) (place, bool) {
	for i := 0; i+1 < len(node.Content) && p.merges < maxMerges; i += 2 {
		if !isMerge(node.Content[i]) {
			continue
		}
		if use == nil {
			use = &place{key: node.Content[i], value: node.Content[i+1]}
		}
		sources := []*yaml.Node{node.Content[i+1]}
		if sources[0].Kind == yaml.SequenceNode {
			sources = sources[0].Content
		}
		for _, source := range sources {
			in := place{value: source, depth: p.depth, use: use, merges: p.merges + 1}
			if next, found := in.step(s); found {
				return next, true
			}
		}
	}
	return place{}, false
}

func isMerge(key *yaml.Node) bool { return key.Tag == "!!merge" }

// span covers a map entry from its key, or a list item, to the end of its
// value, but never more than what stands on its first line: a finding points
// at a line, not at a whole policy.
func (d Document) span(key, value *yaml.Node) Span {
	first := value
	if key != nil {
		first = key
	}
	span := d.line(d.Offset(first.Line, first.Column))
	if value.Line == first.Line {
		start := d.Offset(value.Line, value.Column)
		if n, ok := extent(value, d.File.Data[start:d.lineEnd(start)]); ok {
			span.End = start + n
		}
	}
	return span
}

// line returns what stands on a line from an offset on.
func (d Document) line(start int) Span {
	return Span{d.File, start, start + Content(d.File.Data[start:d.lineEnd(start)])}
}

func (d Document) lineEnd(start int) int {
	if n := bytes.IndexAny(d.File.Data[start:d.End], "\r\n"); n >= 0 {
		return start + n
	}
	return d.End
}

// extent returns the length of a value that begins and ends on the given line.
func extent(node *yaml.Node, line []byte) (int, bool) {
	if bytes.HasPrefix(line, []byte("&")) || bytes.HasPrefix(line, []byte("!")) {
		return 0, false
	}
	switch {
	case node.Kind == yaml.AliasNode:
		return 1 + len(node.Value), true
	case node.Kind == yaml.ScalarNode && node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quoted(line)
	case node.Kind == yaml.ScalarNode && bytes.HasPrefix(line, []byte(node.Value)):
		return len(node.Value), true
	case node.Kind != yaml.ScalarNode && node.Style&yaml.FlowStyle != 0:
		return balanced(line)
	}
	return 0, false
}

// quoted returns the length of the quoted text that a line begins with.
func quoted(line []byte) (int, bool) {
	if len(line) == 0 {
		return 0, false
	}
	quote := line[0]
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quote == '"':
			i++
		case line[i] == quote && quote == '\'' && i+1 < len(line) && line[i+1] == quote:
			i++
		case line[i] == quote:
			return i + 1, true
		}
	}
	return 0, false
}

// balanced returns the length of the flow collection that a line begins with.
func balanced(line []byte) (int, bool) {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		case '"', '\'':
			if i > 0 && bytes.IndexByte([]byte(" ,:[{"), line[i-1]) < 0 {
				continue
			}
			n, ok := quoted(line[i:])
			if !ok {
				return 0, false
			}
			i += n - 1
		}
	}
	return 0, false
}

// Content returns the length of a line without its comment and the blanks at
// its end.
func Content(line []byte) int {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '#' && i > 0 && (line[i-1] == ' ' || line[i-1] == '\t'):
			return len(bytes.TrimRight(line[:i], " \t"))
		case (line[i] == '"' || line[i] == '\'') && (i == 0 || bytes.IndexByte([]byte(" ,:[{"), line[i-1]) >= 0):
			if n, ok := quoted(line[i:]); ok {
				i += n - 1
			}
		}
	}
	return len(bytes.TrimRight(line, " \t"))
}

// firstLine is the first line of the document that holds more than blanks and
// comments: the place of last resort.
func (d Document) firstLine() Span {
	for start := d.Start; start < d.End; {
		end := start + bytes.IndexByte(d.File.Data[start:d.End], '\n')
		if end < start {
			end = d.End
		}
		line := bytes.TrimRight(d.File.Data[start:end], "\r")
		if text := bytes.TrimLeft(line, " \t"); len(text) > 0 && text[0] != '#' {
			start += len(line) - len(text)
			return Span{d.File, start, start + Content(text)}
		}
		start = end + 1
	}
	return Span{d.File, d.Start, d.Start}
}

// Document returns the document that the object is written in as it is, and the
// path of the object in it. ok is false for what a template rendered or a
// Kustomize tree built.
func (o *Object) Document() (doc Document, path Path, ok bool) {
	w, ok := o.source.(written)
	return w.doc, w.path, ok
}
