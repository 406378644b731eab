package fix

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// edits returns the edits that carry out a plain operation.
func (d *document) edits(op plain) ([]Edit, error) {
	e, err := d.find(op.path)
	switch {
	case errors.Is(err, errAbsent) && op.kind == lint.Set && !op.path[len(op.path)-1].IsItem():
		return d.add(op)
	case err != nil:
		return nil, err
	case op.kind == lint.Remove:
		return d.remove(e)
	case op.before():
		return d.insertBefore(e, op.tree)
	case op.kind == lint.Insert:
		return d.insert(e, op.tree)
	case op.kind == lint.RenameKey:
		return d.rename(e, op.text)
	}
	return d.set(e, op.tree)
}

func (d *document) edit(start, end int, text string) Edit {
	return Edit{File: d.File, Start: start, End: end, Text: text}
}

func spaces(n int) string { return strings.Repeat(" ", n) }

// set writes another value for an entry.
func (d *document) set(e entry, t *tree) ([]Edit, error) {
	data := d.File.Data
	beside := inline(t) || e.inFlow() || e.value.Style&yaml.FlowStyle != 0 && len(e.value.Content) > 0
	if !isBlock(e.value) && !absent(e.value) {
		start := d.start(e.value)
		end, err := d.end(e.value, 0)
		switch {
		case err != nil || e.value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			return nil, errLayout
		case bytes.IndexByte(data[start:end], '\n') >= 0:
			return nil, errLayout
		case beside && t.kind == yaml.ScalarNode:
			return []Edit{d.edit(start, end, d.style.scalar(t, e.inFlow()))}, nil
		case beside:
			return []Edit{d.edit(start, end, d.style.flow(t))}, nil
		case e.key == nil:
			return []Edit{d.edit(start, end, d.style.block(t, e.value.Column-1))}, nil
		}
		colon, err := d.colon(e.key)
		if err != nil {
			return nil, err
		}
		at := contentEnd(data, end)
		return []Edit{d.edit(colon, end, ""), d.edit(at, at, d.style.after(t, e.key.Column-1))}, nil
	}
	if absent(e.value) {
		if e.key == nil {
			return nil, errLayout
		}
		colon, err := d.colon(e.key)
		if err != nil {
			return nil, err
		}
		if beside {
			return []Edit{d.edit(colon, colon, " "+d.style.flow(t))}, nil
		}
		at := contentEnd(data, colon)
		return []Edit{d.edit(at, at, d.style.after(t, e.key.Column-1))}, nil
	}
	return d.setBlock(e, t, beside)
}

// setBlock writes another value in place of a map or list in block style.
func (d *document) setBlock(e entry, t *tree, beside bool) ([]Edit, error) {
	data := d.File.Data
	start := d.start(e.value)
	end, err := d.end(e.value, 0)
	if err != nil {
		return nil, err
	}
	if e.key == nil {
		if hasComment(data[start:contentEnd(data, end)]) {
			return nil, errComment
		}
		text := d.style.under(t, e.value.Column-1)
		return []Edit{d.edit(start, end, text)}, nil
	}
	colon, err := d.colon(e.key)
	if err != nil {
		return nil, err
	}
	from := contentEnd(data, colon)
	if hasComment(data[from:contentEnd(data, end)]) {
		return nil, errComment
	}
	if beside {
		return []Edit{d.edit(colon, colon, " "+d.style.flow(t)), d.edit(from, end, "")}, nil
	}
	return []Edit{d.edit(from, end, d.style.after(t, e.key.Column-1))}, nil
}

// hasComment reports whether some lines hold a comment.
func hasComment(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) || bytes.IndexByte(line[manifest.Content(line):], '#') >= 0 {
			return true
		}
	}
	return false
}

// add writes an entry that is not there yet at the end of its map.
func (d *document) add(op plain) ([]Edit, error) {
	p := op.path
	key := &tree{kind: yaml.ScalarNode, tag: "!!str", value: p[len(p)-1].Key}
	e, err := d.find(p[:len(p)-1])
	if err != nil {
		return nil, err
	}
	n := e.value
	if n.Kind != yaml.MappingNode {
		return nil, errLayout
	}
	if n.Style&yaml.FlowStyle != 0 {
		text := d.style.scalar(key, true) + ": " + d.style.flow(op.tree)
		return d.extend(n, "{", "}", text)
	}
	end, err := d.end(n, 0)
	if err != nil {
		return nil, err
	}
	indent := n.Content[0].Column - 1
	return d.addLines(end, spaces(indent)+d.style.scalar(key, false)+":"+d.style.after(op.tree, indent)), nil
}

// extend writes one more entry at the end of a flow map or list.
func (d *document) extend(n *yaml.Node, open, closing, text string) ([]Edit, error) {
	start := d.start(n)
	end, err := d.end(n, 0)
	if err != nil {
		return nil, err
	}
	if len(n.Content) == 0 {
		return []Edit{d.edit(start, end, open+text+closing)}, nil
	}
	last := n.Content[len(n.Content)-1]
	at, err := d.end(last, 0)
	if err == nil && n.Kind == yaml.MappingNode {
		at, err = d.entryEnd(n.Content[len(n.Content)-2], last)
	}
	return []Edit{d.edit(at, at, ", "+text)}, err
}

// addLines writes lines after the one on which something ends.
func (d *document) addLines(end int, text string) []Edit {
	data := d.File.Data
	at := lineEnd(data, end)
	if at == len(data) && !bytes.HasSuffix(data, []byte("\n")) {
		return []Edit{d.edit(at, at, d.style.newline+text)}
	}
	return []Edit{d.edit(at, at, text+d.style.newline)}
}

// insert writes one more item at the end of a list.
func (d *document) insert(e entry, t *tree) ([]Edit, error) {
	n := e.value
	switch {
	case n.Kind != yaml.SequenceNode:
		return nil, errLayout
	case len(n.Content) == 0 && !inline(t) && !e.inFlow() && e.key != nil:
		return d.set(e, &tree{kind: yaml.SequenceNode, items: []*tree{t}})
	case n.Style&yaml.FlowStyle != 0:
		return d.extend(n, "[", "]", d.style.flow(t))
	}
	end, err := d.end(n, 0)
	if err != nil {
		return nil, err
	}
	indent := n.Column - 1
	return d.addLines(end, spaces(indent)+"- "+d.style.under(t, indent+2)), nil
}

// insertBefore writes an item in front of another one, above the comment lines
// that lead to that.
func (d *document) insertBefore(e entry, t *tree) ([]Edit, error) {
	data, start := d.File.Data, d.start(e.value)
	if e.parent().Style&yaml.FlowStyle != 0 {
		return []Edit{d.edit(start, start, d.style.flow(t)+", ")}, nil
	}
	indent := e.parent().Column - 1
	at := lineStart(data, start)
	dash := spaces(indent) + "-"
	if !bytes.HasPrefix(data[at:start], []byte(dash)) {
		return nil, errLayout
	}
	for at > d.Start {
		above := lineStart(data, at-1)
		if !bytes.HasPrefix(data[above:at], []byte(spaces(indent)+"#")) {
			break
		}
		at = above
	}
	return []Edit{d.edit(at, at, dash+" "+d.style.under(t, indent+2)+d.style.newline)}, nil
}

// remove takes an entry out, with the comment on its line.
func (d *document) remove(e entry) ([]Edit, error) {
	data, siblings := d.File.Data, e.parent().Content
	start, end, err := d.whole(e)
	if err != nil {
		return nil, err
	}
	width := 1
	if e.key != nil {
		width = 2
	}
	last := e.index == len(siblings)-1
	if e.parent().Style&yaml.FlowStyle != 0 {
		if !last {
			return []Edit{d.edit(start, d.start(siblings[e.index+1]), "")}, nil
		}
		before := entry{value: siblings[e.index-width], before: e.before}
		if width == 2 {
			before.key = siblings[e.index-3]
		}
		_, from, err := d.whole(before)
		return []Edit{d.edit(from, end, "")}, err
	}
	if e.key == nil {
		if start = bytes.LastIndexByte(data[:start], '-'); start < 0 {
			return nil, errLayout
		}
	}
	if from := lineStart(data, start); len(bytes.TrimSpace(data[from:start])) == 0 {
		return []Edit{d.edit(from, lineEnd(data, end), "")}, nil
	}
	// The entry stands on the line of its list's dash, which the next one takes.
	if last {
		return nil, errLayout
	}
	next := d.start(siblings[e.index+1])
	if between := data[lineEnd(data, end):next]; hasComment(between) {
		return nil, errComment
	}
	return []Edit{d.edit(start, next, "")}, nil
}

// rename writes another key.
func (d *document) rename(e entry, key string) ([]Edit, error) {
	if e.key == nil {
		return nil, errLayout
	}
	start := d.start(e.key)
	end, err := d.end(e.key, 0)
	text := d.style.scalar(&tree{kind: yaml.ScalarNode, tag: "!!str", value: key}, e.inFlow())
	if e.key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		text = strconv.Quote(key)
	}
	return []Edit{d.edit(start, end, text)}, err
}
