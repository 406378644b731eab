package schema

import (
	"bytes"

	"github.com/nplint/nplint/lint/manifest"
)

// flow reads a list in brackets or a map in braces that ends on its line.
func (b *block) flow(t *Type) (v manifest.Value) {
	if b.depth++; b.depth > deepest {
		b.giveUp()
	}
	if b.text[b.at] == '[' {
		v = b.flowList(t)
	} else {
		v = b.flowMap(t)
	}
	b.depth--
	b.inline = b.at
	return v
}

// peek moves over blanks and returns the next byte of the line.
func (b *block) peek() byte {
	for b.at < len(b.text) && b.text[b.at] == ' ' {
		b.at++
	}
	if b.at == len(b.text) || b.text[b.at] == '\n' || b.text[b.at] == '#' {
		b.giveUp()
	}
	return b.text[b.at]
}

// closes reads the comma behind an entry, or the end of the collection.
func (b *block) closes(last byte) bool {
	c := b.peek()
	if c != last && c != ',' {
		b.giveUp()
	}
	b.at++
	return c == last
}

func (b *block) flowList(t *Type) manifest.Value {
	item := t.item
	switch {
	case t.shape == skipped:
		item = skip
	case item == nil:
		item = any_
	}
	b.want(t, manifest.List)
	b.at++
	first := len(b.items)
	if b.peek() == ']' {
		b.at++
	} else {
		for i := 0; ; i++ {
			b.enter(manifest.Step{Index: i}, nowhere)
			v := b.flowValue(item)
			b.leave()
			if t.shape != skipped {
				b.items = append(b.items, v)
			}
			if b.closes(']') {
				break
			}
		}
	}
	if t.shape == skipped {
		return manifest.Value{}
	}
	v := manifest.ListOf(b.itemSlab.clone(b.items[first:]))
	b.items = b.items[:first]
	return v
}

func (b *block) flowMap(t *Type) manifest.Value {
	m := b.open(t)
	b.at++
	if b.peek() == '}' {
		b.at++
	} else {
		for {
			if c := b.peek(); c == '"' || c == '\'' || c == '-' {
				b.giveUp()
			}
			end := b.key()
			if end < 0 || end+1 == len(b.text) || b.text[end+1] != ' ' {
				b.giveUp()
			}
			key := b.string(b.at, end)
			b.enter(manifest.Step{Key: key, Index: -1}, b.at)
			b.at = end + 1
			field := m.field(key)
			m.add(key, field, b.flowValue(field))
			b.leave()
			if b.closes('}') {
				break
			}
		}
	}
	return m.close()
}

// flowValue reads an entry of a flow collection.
func (b *block) flowValue(t *Type) manifest.Value {
	c := b.peek()
	b.begin(b.at)
	switch c {
	case '[', '{':
		return b.flow(t)
	case '"', '\'':
		v := b.quoted(t)
		if c := b.peek(); c == ':' {
			b.giveUp() // a map of one entry without braces
		}
		return v
	}
	from := b.at
	for b.at < len(b.text) && bytes.IndexByte([]byte(",[]{}\n#:?\"'"), b.text[b.at]) < 0 {
		b.at++
	}
	text := bytes.TrimRight(b.text[from:b.at], " ")
	if len(text) == 0 || !plainStart(text) || text[0] == '-' {
		b.giveUp()
	}
	b.inline = from + len(text)
	if c := b.peek(); c != ',' && c != ']' && c != '}' {
		b.giveUp()
	}
	return b.resolve(t, b.string(from, from+len(text)))
}
