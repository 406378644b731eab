package schema

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/nplint/nplint/lint/manifest"
)

// Blocks reads documents without a YAML parser, straight into the fields that a
// type names. It knows only how most manifests are written: block style, one
// line a scalar, printable ASCII, flow lists and maps that end on their line.
// Whatever else there is in a text, and whatever Decode would note as a fact,
// makes it give up. It is for one goroutine at a time.
type Blocks struct {
	block block // keeps its stacks and slabs from document to document
}

// Read reads one document. indent is the column of the text's first byte. find
// returns the type of an object by its apiVersion and kind, nil if only a parser
// should read it. The value shares the bytes of the text, which must not change.
// Where ok is false the caller parses the document.
func (r *Blocks) Read(text []byte, indent int, find func(apiVersion, kind string) *Type) (value manifest.Value, ok bool) {
	b := &r.block
	b.begins(text, indent)
	ok = b.read(func() *Type { return find(b.own("apiVersion"), b.own("kind")) }, &value)
	return value, ok
}

// block is the place that has been reached: the first byte of content that is
// not read yet, on a line of its own or within one.
type block struct {
	text    []byte
	at      int
	line    int // where the line of at begins
	done    bool
	depth   int
	inline  int               // where the value that was read last ends, if that is on its first line
	search  *search           // nil unless a path is followed
	seen    []string          // all keys of maps that are being read
	members []manifest.Member // those of them that have a value
	items   []manifest.Value  // of lists that are being read

	memberSlab slab[manifest.Member]
	itemSlab   slab[manifest.Value]
}

func (b *block) begins(text []byte, indent int) {
	b.text, b.at, b.line, b.done, b.depth = text, 0, -indent, false, 0
	b.seen, b.members, b.items = b.seen[:0], b.members[:0], b.items[:0]
}

// read reads the whole text as a value of a type and reports whether it could.
func (b *block) read(typed func() *Type, value *manifest.Value) (ok bool) {
	for _, c := range b.text {
		if c != '\n' && (c < ' ' || c > '~') {
			return false
		}
	}
	defer func() {
		switch r := recover(); r {
		case nil:
		case unusual{}:
			ok = false
		default:
			panic(r)
		}
	}()
	if !b.next() {
		return false
	}
	t := typed()
	if t == nil {
		return false
	}
	v := b.node(t)
	if b.done {
		*value = v
	}
	return b.done
}

// unusual is what a block panics with to give up.
type unusual struct{}

func (b *block) giveUp() { panic(unusual{}) }

func (b *block) indent() int { return b.at - b.line }

// next moves to the next content, over blanks, comments and the ends of lines.
func (b *block) next() bool {
	for b.at < len(b.text) {
		switch c := b.text[b.at]; c {
		case ' ':
			b.at++
		case '\n':
			b.at++
			b.line = b.at
		case '#':
			b.at = b.endOfLine()
		default:
			if b.at == b.line && (bytes.HasPrefix(b.text[b.at:], []byte("---")) || bytes.HasPrefix(b.text[b.at:], []byte("..."))) {
				b.giveUp()
			}
			return true
		}
	}
	b.done = true
	return false
}

func (b *block) endOfLine() int {
	if n := bytes.IndexByte(b.text[b.at:], '\n'); n >= 0 {
		return b.at + n
	}
	return len(b.text)
}

// end makes sure that nothing but a comment follows on the line, and moves to
// the next content.
func (b *block) end() {
	from := b.at
	for b.at < len(b.text) && b.text[b.at] == ' ' {
		b.at++
	}
	if b.at < len(b.text) && b.text[b.at] != '\n' && (b.text[b.at] != '#' || b.at == from) {
		b.giveUp()
	}
	b.next()
}

// own returns a plain value of the document's own keys without moving.
func (b *block) own(key string) string {
	indent := b.indent()
	for at, line := b.at, b.line; ; {
		if at-line == indent && bytes.HasPrefix(b.text[at:], []byte(key)) && len(b.text) > at+len(key) && b.text[at+len(key)] == ':' {
			value := b.text[at+len(key)+1:]
			if n := bytes.IndexByte(value, '\n'); n >= 0 {
				value = value[:n]
			}
			if n := bytes.Index(value, []byte(" #")); n >= 0 {
				value = value[:n]
			}
			value = bytes.Trim(value, " ")
			if n := len(value); n > 1 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
				value = value[1 : n-1]
			}
			return unsafe.String(unsafe.SliceData(value), len(value))
		}
		n := bytes.IndexByte(b.text[at:], '\n')
		if n < 0 {
			return ""
		}
		at += n + 1
		line = at
		for at < len(b.text) && b.text[at] == ' ' {
			at++
		}
	}
}

const deepest = 64

// node reads the map, list or scalar that begins here.
func (b *block) node(t *Type) (v manifest.Value) {
	if b.depth++; b.depth > deepest {
		b.giveUp()
	}
	switch {
	case b.item():
		v = b.list(t)
	case b.key() >= 0:
		v = b.object(t)
	default:
		b.giveUp()
	}
	b.depth--
	b.inline = nowhere
	return v
}

// item reports whether a list item begins here.
func (b *block) item() bool {
	return b.text[b.at] == '-' && (b.at+1 == len(b.text) || b.text[b.at+1] == ' ' || b.text[b.at+1] == '\n')
}

// key returns the end of the plain or simply quoted key that begins here, -1 if
// there is none.
func (b *block) key() int {
	at := b.at
	if c := b.text[at]; c == '"' || c == '\'' {
		n := bytes.IndexByte(b.text[at+1:], c)
		if n < 0 || bytes.ContainsAny(b.text[at+1:at+1+n], "\\\n") {
			b.giveUp()
		}
		at += n + 2
	} else {
		for at < len(b.text) && keyByte[b.text[at]] {
			at++
		}
	}
	if at == b.at || at-b.at > 256 || at == len(b.text) || b.text[at] != ':' {
		return -1
	}
	if at+1 < len(b.text) && b.text[at+1] != ' ' && b.text[at+1] != '\n' {
		return -1
	}
	return at
}

var keyByte = func() (table [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") {
		table[c] = true
	}
	return table
}()

// want makes sure that a value of a kind may stand where a type says.
func (b *block) want(t *Type, got manifest.ValueKind) {
	if !t.accepts(got) {
		b.giveUp()
	}
}

func (b *block) object(t *Type) manifest.Value {
	indent := b.indent()
	m := b.open(t)
	for !b.done && b.indent() == indent {
		end := b.key()
		if end < 0 || b.item() {
			b.giveUp()
		}
		key := b.string(b.at, end)
		if c := key[0]; c == '"' || c == '\'' {
			key = key[1 : len(key)-1]
		}
		b.enter(manifest.Step{Key: key, Index: -1}, b.at)
		b.at = end + 1
		field := m.field(key)
		m.add(key, field, b.value(field, indent, true))
		b.leave()
	}
	if !b.done && b.indent() > indent {
		b.giveUp()
	}
	return m.close()
}

// openMap is a map that is being read: its part of the stacks.
type openMap struct {
	*block
	t                *Type
	firstSeen, first int
}

func (b *block) open(t *Type) openMap {
	b.want(t, manifest.Map)
	return openMap{b, t, len(b.seen), len(b.members)}
}

// field returns the type of a field. An unknown one, and one that stands there
// twice, is a fact.
func (m openMap) field(key string) *Type {
	if m.t.shape == skipped {
		return skip
	}
	field, known := m.t.field(key)
	if !known || key == "<<" || slices.Contains(m.seen[m.firstSeen:], key) {
		m.giveUp()
	}
	m.seen = append(m.seen, key)
	return field
}

func (m openMap) add(key string, field *Type, v manifest.Value) {
	if field.shape != skipped {
		m.members = append(m.members, manifest.Member{Key: key, Value: v})
	}
}

func (m openMap) close() manifest.Value {
	if m.t.shape == skipped {
		return manifest.Value{}
	}
	v := manifest.MapOf(m.memberSlab.clone(m.members[m.first:]))
	m.seen, m.members = m.seen[:m.firstSeen], m.members[:m.first]
	return v
}

func (b *block) string(from, to int) string {
	if from == to {
		return ""
	}
	return unsafe.String(&b.text[from], to-from)
}

func (b *block) list(t *Type) manifest.Value {
	indent := b.indent()
	item := t.item
	switch {
	case t.shape == skipped:
		item = skip
	case item == nil:
		item = any_
	}
	b.want(t, manifest.List)
	first := len(b.items)
	for i := 0; !b.done && b.indent() == indent && b.item(); i++ {
		b.enter(manifest.Step{Index: i}, nowhere)
		b.at++
		v := b.value(item, indent, false)
		b.leave()
		if t.shape != skipped {
			b.items = append(b.items, v)
		}
	}
	if !b.done && b.indent() > indent {
		b.giveUp()
	}
	if t.shape == skipped {
		return manifest.Value{}
	}
	v := manifest.ListOf(b.itemSlab.clone(b.items[first:]))
	b.items = b.items[:first]
	return v
}

// value reads what follows a key or the dash of an item, whose indent is given.
// A list may stand at the indent of the key that it belongs to; a map may begin
// on the line of a dash.
func (b *block) value(t *Type, indent int, ofKey bool) manifest.Value {
	line := b.line
	from := b.at
	more := b.next()
	if !more || b.line != line && (b.indent() < indent || b.indent() == indent && !(ofKey && b.item())) {
		b.begin(from)
		b.inline = from
		return b.null(t)
	}
	b.begin(b.at)
	switch {
	case b.line != line:
		if c := b.text[b.at]; !b.item() && b.key() < 0 || c == '"' || c == '\'' {
			b.giveUp() // a scalar on a line of its own, or a key in quotes
		}
		return b.node(t)
	case b.at == from:
		b.giveUp()
	case !ofKey && (b.item() || b.key() >= 0):
		return b.node(t)
	}
	return b.scalar(t, indent)
}

func (b *block) null(t *Type) manifest.Value {
	if t.shape == skipped {
		return manifest.Value{}
	}
	b.want(t, manifest.Null)
	return manifest.Scalar(manifest.Null, "", false)
}
