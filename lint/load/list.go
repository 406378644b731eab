package load

import (
	"bytes"
	"encoding/json"

	"github.com/nplint/nplint/lint/manifest"
)

// cutList cuts the items of a List into documents of their own, so that a dump
// of a whole cluster is read, and read again for a finding, item by item. It
// returns nil for a list that is not written in the way of such dumps; that is
// parsed in one piece.
func cutList(doc manifest.Document, l look) []manifest.Document {
	if l.flow {
		return cutJSONList(doc)
	}
	text := doc.Text()
	items, ok := itemsLine(text, l.indent)
	if !ok {
		return nil
	}
	var docs []manifest.Document
	indent := -1
	next := items
	for line := range bytes.Lines(text[items:]) {
		at := next
		next += len(line)
		key := bytes.TrimLeft(line, " ")
		own := len(line) - len(key)
		switch {
		case indent >= 0 && (own > indent || len(bytes.TrimSpace(key)) == 0):
			docs[len(docs)-1].End = doc.Start + next
		case len(bytes.TrimSpace(key)) == 0 || key[0] == '#':
		case key[0] == '-' && len(key) > 1 && key[1] == ' ' && (indent < 0 || own == indent):
			indent = own
			start := at + own + 1
			start += len(text[start:next]) - len(bytes.TrimLeft(text[start:next], " "))
			docs = append(docs, manifest.Document{File: doc.File, Start: doc.Start + start, End: doc.Start + next})
		case own == l.indent && indent >= 0:
			return docs // the list's own next key
		default:
			return nil
		}
	}
	return docs
}

// itemsLine returns the offset of the line after "items:".
func itemsLine(text []byte, indent int) (int, bool) {
	next := 0
	for line := range bytes.Lines(text) {
		next += len(line)
		key := bytes.TrimLeft(line, " ")
		if rest, found := entry(key, "items"); found && len(line)-len(key) == indent {
			return next, blank(bytes.TrimSpace(rest))
		}
	}
	return 0, false
}

func cutJSONList(doc manifest.Document) []manifest.Document {
	dec := json.NewDecoder(bytes.NewReader(doc.Text()))
	if token, err := dec.Token(); err != nil || token != json.Delim('{') {
		return nil
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil
		}
		if key == "items" {
			return jsonItems(doc, dec)
		}
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return nil
		}
	}
	return nil
}

func jsonItems(doc manifest.Document, dec *json.Decoder) []manifest.Document {
	if token, err := dec.Token(); err != nil || token != json.Delim('[') {
		return nil
	}
	var docs []manifest.Document
	for dec.More() {
		var item json.RawMessage
		if dec.Decode(&item) != nil {
			return nil
		}
		end := doc.Start + int(dec.InputOffset())
		docs = append(docs, manifest.Document{File: doc.File, Start: end - len(item), End: end})
	}
	return docs
}
