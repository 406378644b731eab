package fix

import (
	"bytes"
	"errors"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// document is a document that fixes are about.
type document struct {
	manifest.Document
	root  *yaml.Node
	style style
}

func parse(doc manifest.Document) (*document, error) {
	root, err := doc.Parse()
	if err != nil || root == nil {
		return nil, errors.New("the document cannot be read")
	}
	d := &document{Document: doc, root: root, style: style{step: 2, newline: "\n"}}
	if i := bytes.IndexByte(doc.File.Data, '\n'); i > 0 && doc.File.Data[i-1] == '\r' {
		d.style.newline = "\r\n"
	}
	d.style.json = root.Style&yaml.FlowStyle != 0 && len(root.Content) > 0 && root.Content[0].Style&yaml.DoubleQuotedStyle != 0
	d.measure(root)
	return d, nil
}

// measure finds how maps and lists are indented: as the first of each is.
func (d *document) measure(root *yaml.Node) {
	var stepped, dashed bool
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			indent := value.Column - key.Column
			if value.Style&yaml.FlowStyle != 0 || value.Line == key.Line {
				continue
			}
			if value.Kind == yaml.MappingNode && !stepped && indent > 0 {
				d.style.step, stepped = indent, true
			}
			if value.Kind == yaml.SequenceNode && !dashed && indent >= 0 {
				d.style.dash, dashed = indent, true
			}
		}
		for _, child := range n.Content {
			visit(child)
		}
	}
	visit(root)
}

// entry is an entry of a map, an item of a list, or the root. before are the
// nodes that it is within, outermost first.
type entry struct {
	key, value *yaml.Node // key is nil for items and the root
	before     []*yaml.Node
	index      int // of the value in its parent's content
}

func (e entry) parent() *yaml.Node { return e.before[len(e.before)-1] }

// inFlow reports whether the entry stands within braces or brackets.
func (e entry) inFlow() bool {
	for _, n := range e.before {
		if n.Style&yaml.FlowStyle != 0 {
			return true
		}
	}
	return false
}

var (
	errAbsent  = errors.New("there is no such field")
	errShared  = errors.New("the text is shared through an anchor")
	errComment = errors.New("a comment would be lost")
	errLayout  = errors.New("the text is laid out in a way that cannot be edited safely")
)

// find follows a path to an entry that is there. Text that an anchor shares is
// not edited.
func (d *document) find(path manifest.Path) (entry, error) {
	e := entry{value: d.root}
	for _, step := range path {
		if e.value.Kind == yaml.AliasNode || e.value.Anchor != "" {
			return e, errShared
		}
		next := entry{before: append(e.before[:len(e.before):len(e.before)], e.value), index: -1}
		n := e.value
		switch {
		case step.IsItem() && n.Kind == yaml.SequenceNode && step.Index < len(n.Content):
			next.index = step.Index
		case !step.IsItem() && n.Kind == yaml.MappingNode:
			for i := len(n.Content) - 2; i >= 0; i -= 2 {
				if n.Content[i].Value == step.Key {
					next.index, next.key = i+1, n.Content[i]
					break
				}
			}
		}
		if next.index < 0 {
			return e, errAbsent
		}
		next.value = n.Content[next.index]
		e = next
	}
	if anchored(e.value) {
		return e, errShared
	}
	return e, nil
}

func anchored(n *yaml.Node) bool {
	if n.Anchor != "" || n.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range n.Content {
		if anchored(child) {
			return true
		}
	}
	return false
}

func (d *document) start(n *yaml.Node) int { return d.Offset(n.Line, n.Column) }

// isBlock reports whether a node is a map or a list in block style.
func isBlock(n *yaml.Node) bool {
	return n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && n.Style&yaml.FlowStyle == 0
}

// absent reports whether a value is null because nothing is written.
func absent(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Value == ""
}

// end returns where a node ends. indent is that of its parent.
func (d *document) end(n *yaml.Node, indent int) (int, error) {
	data, at := d.File.Data[:d.End], d.start(n)
	for at < len(data) && (data[at] == '&' || data[at] == '!') {
		at += bytes.IndexAny(data[at:], " \r\n")
		at += len(data[at:]) - len(bytes.TrimLeft(data[at:], " "))
	}
	switch {
	case n.Kind == yaml.AliasNode:
		return at + 1 + len(n.Value), nil
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quotedEnd(data, at)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return scalarEnd(data, at, indent), nil
	case n.Kind == yaml.ScalarNode:
		if !bytes.HasPrefix(data[at:], []byte(n.Value)) {
			return 0, errLayout // folded over lines
		}
		return at + len(n.Value), nil
	case n.Style&yaml.FlowStyle != 0:
		return flowEnd(data, at)
	case len(n.Content) == 0:
		return 0, errLayout
	case n.Kind == yaml.MappingNode:
		return d.entryEnd(n.Content[len(n.Content)-2], n.Content[len(n.Content)-1])
	}
	last := n.Content[len(n.Content)-1]
	if absent(last) {
		return 0, errLayout
	}
	return d.end(last, n.Column-1)
}

// colon returns the offset behind the colon of a key.
func (d *document) colon(key *yaml.Node) (int, error) {
	end, err := d.end(key, 0)
	if err != nil {
		return 0, err
	}
	rest := d.File.Data[end:d.End]
	blanks := len(rest) - len(bytes.TrimLeft(rest, " "))
	if !bytes.HasPrefix(rest[blanks:], []byte(":")) {
		return 0, errLayout
	}
	return end + blanks + 1, nil
}

// entryEnd returns where an entry of a map ends.
func (d *document) entryEnd(key, value *yaml.Node) (int, error) {
	if absent(value) {
		return d.colon(key)
	}
	return d.end(value, key.Column-1)
}

// whole returns where an entry begins and ends: from its key, or its item.
func (d *document) whole(e entry) (start, end int, err error) {
	if e.key != nil {
		end, err = d.entryEnd(e.key, e.value)
		return d.start(e.key), end, err
	}
	end, err = d.end(e.value, e.parent().Column-1)
	return d.start(e.value), end, err
}

// quotedEnd returns where a quoted scalar ends.
func quotedEnd(data []byte, at int) (int, error) {
	quote := data[at]
	for i := at + 1; i < len(data); i++ {
		switch {
		case data[i] == '\\' && quote == '"':
			i++
		case data[i] == quote && quote == '\'' && i+1 < len(data) && data[i+1] == quote:
			i++
		case data[i] == quote:
			return i + 1, nil
		}
	}
	return 0, errLayout
}

// flowEnd returns where a flow map or list ends.
func flowEnd(data []byte, at int) (int, error) {
	depth := 0
	for i := at; i < len(data); i++ {
		switch c := data[i]; {
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case (c == '"' || c == '\'') && strings.IndexByte(" ,:[{\n\r\t", data[i-1]) >= 0:
			end, err := quotedEnd(data, i)
			if err != nil {
				return 0, err
			}
			i = end - 1
		case c == '#' && strings.IndexByte(" \n\r\t", data[i-1]) >= 0:
			for i < len(data) && data[i] != '\n' {
				i++
			}
		}
	}
	return 0, errLayout
}

// scalarEnd returns where a block scalar ends: at the last line that is indented
// further than its parent.
func scalarEnd(data []byte, at, indent int) int {
	end := contentEnd(data, at)
	for next := lineEnd(data, at); next < len(data); next = lineEnd(data, next) {
		line := data[next:contentEnd(data, next)]
		text := bytes.TrimLeft(line, " ")
		if len(text) > 0 && len(line)-len(text) <= indent {
			break
		}
		if len(text) > 0 {
			end = next + len(line)
		}
	}
	return end
}

// lineStart returns where the line of an offset begins.
func lineStart(data []byte, at int) int { return bytes.LastIndexByte(data[:at], '\n') + 1 }

// lineEnd returns where the line after that of an offset begins.
func lineEnd(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// contentEnd returns where the line of an offset ends, without its line break.
func contentEnd(data []byte, at int) int {
	end := lineEnd(data, at)
	return at + len(bytes.TrimRight(data[at:end], "\r\n"))
}
