package schema

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// scalar reads a scalar, or a flow list or map, that ends on its line.
func (b *block) scalar(t *Type, indent int) (v manifest.Value) {
	switch b.text[b.at] {
	case '|', '>':
		if t.shape != skipped {
			b.giveUp()
		}
		b.blockScalar(indent)
		b.inline = unclear
		return v
	case '[', '{':
		v = b.flow(t)
		b.end()
	case '"', '\'':
		v = b.quoted(t)
		b.end()
	default:
		v = b.plain(t)
	}
	if !b.done && b.indent() > indent {
		b.giveUp() // it goes on, or is wrong
	}
	return v
}

func (b *block) quoted(t *Type) manifest.Value {
	quote := b.text[b.at]
	rest := b.text[b.at+1:]
	n := bytes.IndexByte(rest, quote)
	if n < 0 || bytes.ContainsAny(rest[:n], "\\\n") || n+1 < len(rest) && rest[n+1] == quote {
		b.giveUp()
	}
	from := b.at + 1
	b.at += n + 2
	b.inline = b.at
	if t.shape == skipped {
		return manifest.Value{}
	}
	b.want(t, manifest.String)
	return manifest.Scalar(manifest.String, b.string(from, from+n), true)
}

// plain reads an unquoted scalar of a block.
func (b *block) plain(t *Type) manifest.Value {
	from, end := b.at, b.endOfLine()
	text := b.text[from:end]
	if n := bytes.Index(text, []byte(" #")); n >= 0 {
		text = text[:n]
	}
	text = bytes.TrimRight(text, " ")
	if !plainStart(text) || bytes.Contains(text, []byte(": ")) || text[len(text)-1] == ':' {
		b.giveUp()
	}
	b.at = end
	b.inline = from + len(text)
	b.next()
	return b.resolve(t, b.string(from, from+len(text)))
}

// plainStart reports whether a text may begin a plain scalar.
func plainStart(text []byte) bool {
	if bytes.IndexByte([]byte("-?:"), text[0]) >= 0 {
		return len(text) > 1 && text[1] != ' '
	}
	return bytes.IndexByte([]byte(",[]{}#&*!|>'\"%@`"), text[0]) < 0
}

// resolve returns what a plain text stands for.
func (b *block) resolve(t *Type, text string) manifest.Value {
	if t.shape == skipped {
		return manifest.Value{}
	}
	got := surely(text)
	if got == manifest.Absent {
		node := yaml.Node{Kind: yaml.ScalarNode, Value: text}
		switch got = kindOf(&node, t); got {
		case manifest.Null:
			text = ""
		case manifest.Int:
			text = digits(&node)
		}
	}
	b.want(t, got)
	return manifest.Scalar(got, text, false)
}

// surely returns what a plain text stands for where that takes no closer look,
// which most do not: a string that begins with a letter, and either with none
// of those that words of YAML begin with or longer than all of them; or an integer
// in the usual digits. For all others it returns Absent.
func surely(text string) manifest.ValueKind {
	switch c := text[0]; {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/':
		if len(text) > len("false") || bytes.IndexByte([]byte("yYnNtTfFoO"), c) < 0 || text == "TCP" {
			return manifest.String
		}
	case c >= '1' && c <= '9' && len(text) < len("1000000000"):
		for i := 1; i < len(text); i++ {
			if text[i] < '0' || text[i] > '9' {
				return manifest.Absent
			}
		}
		return manifest.Int
	}
	return manifest.Absent
}

// blockScalar passes over the text below "|" or ">".
func (b *block) blockScalar(indent int) {
	b.at++
	if b.at < len(b.text) && (b.text[b.at] == '-' || b.text[b.at] == '+') {
		b.at++
	}
	if b.at < len(b.text) && b.text[b.at] != '\n' {
		b.giveUp()
	}
	inner := -1
	for b.at < len(b.text) {
		start := b.at + 1 // behind the end of the line
		at := start
		for at < len(b.text) && b.text[at] == ' ' {
			at++
		}
		switch column := at - start; {
		case at == len(b.text) || b.text[at] == '\n':
			if inner < 0 && column > 0 {
				b.giveUp()
			}
		case column <= indent:
			b.next()
			return
		case inner < 0:
			inner = column
		case column < inner:
			b.giveUp()
		}
		b.at = at
		b.at = b.endOfLine()
	}
	b.next()
}
