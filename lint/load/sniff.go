package load

import (
	"bytes"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// look is what a glance at a document's lines tells, without parsing it.
type look struct {
	apiVersion, kind bool   // there are such lines
	name             string // of the kind; "" where the line holds no plain name
	flow             bool   // the document is a flow map, as in JSON: it only holds these words
	indent           int    // of the document's own keys
	idle             bool   // a CustomResourceDefinition that calls nothing
}

// relevant reports whether the document can hold something that nplint reads.
func (l look) relevant() bool {
	if l.flow {
		return l.kind && l.apiVersion
	}
	return l.kind && !l.idle && (l.name == "" || schema.Known(l.name) || l.list())
}

// list reports whether the kind wraps other objects.
func (l look) list() bool { return strings.HasSuffix(l.name, "List") }

// glance reads the lines that stand at the indent of the document's first
// line: its own keys. Text of another document within a block scalar is
// indented further.
func glance(doc manifest.Document) look {
	l := look{indent: -1}
	lead := doc.Lead()
	for line := range bytes.Lines(doc.Text()) {
		key := bytes.TrimLeft(line, " ")
		if len(bytes.TrimSpace(key)) == 0 || key[0] == '#' {
			lead = 0
			continue
		}
		indent := lead + len(line) - len(key)
		lead = 0
		if l.indent < 0 {
			l.indent = indent
			l.flow = key[0] == '{' && !bytes.HasPrefix(key, []byte("{{"))
			if l.flow {
				l.apiVersion = bytes.Contains(doc.Text(), []byte("apiVersion"))
				l.kind = bytes.Contains(doc.Text(), []byte("kind"))
				return l
			}
		}
		if indent > l.indent {
			continue
		}
		if _, found := entry(key, "apiVersion"); found {
			l.apiVersion = true
		}
		if value, found := entry(key, "kind"); found {
			if name := plain(value); !l.kind || schema.Known(name) {
				l.name = name
			}
			l.kind = true
		}
	}
	// Most definitions are long, and only those with webhooks lead anywhere.
	l.idle = l.name == "CustomResourceDefinition" && !bytes.Contains(doc.Text(), []byte("ebhookClientConfig")) &&
		!bytes.Contains(doc.Text(), []byte("clientConfig"))
	return l
}

// entry returns what follows "key:" on a line.
func entry(line []byte, key string) ([]byte, bool) {
	for _, written := range []string{key, `"` + key + `"`, "'" + key + "'"} {
		if rest, found := bytes.CutPrefix(line, []byte(written)); found {
			if rest, found = bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte(":")); found {
				return rest, true
			}
		}
	}
	return nil, false
}

// plain returns the name that a value begins with, "" for anything that only a
// parser can read.
func plain(value []byte) string {
	name, _, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" #"))
	text := strings.Trim(string(bytes.TrimSpace(name)), `"'`)
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return ""
		}
	}
	return text
}
