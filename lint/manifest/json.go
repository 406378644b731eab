package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// parseJSON returns the nodes of a JSON text. The YAML parser knows most of
// JSON, but neither escaped slashes nor surrogate pairs.
func parseJSON(text []byte) (*yaml.Node, error) {
	r := &jsonReader{dec: json.NewDecoder(bytes.NewReader(text)), text: text, line: 1, column: 1}
	r.dec.UseNumber()
	node, err := r.value()
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return node, nil
}

// jsonReader builds nodes from tokens. It counts lines and columns as it goes:
// a cluster dump can be one line of many megabytes.
type jsonReader struct {
	dec                  *json.Decoder
	text                 []byte
	offset, line, column int
}

func (r *jsonReader) value() (*yaml.Node, error) {
	r.advance()
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: r.line, Column: r.column}
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		return node, r.collection(node, t)
	case string:
		node.Tag, node.Value, node.Style = "!!str", t, yaml.DoubleQuotedStyle
	case json.Number:
		node.Tag, node.Value = "!!int", t.String()
		if bytes.ContainsAny([]byte(t), ".eE") {
			node.Tag = "!!float"
		}
	case bool:
		node.Tag, node.Value = "!!bool", "false"
		if t {
			node.Value = "true"
		}
	case nil:
		node.Tag, node.Value = "!!null", "null"
	}
	return node, nil
}

func (r *jsonReader) collection(node *yaml.Node, open json.Delim) error {
	node.Kind, node.Tag, node.Style = yaml.SequenceNode, "!!seq", yaml.FlowStyle
	if open == '{' {
		node.Kind, node.Tag = yaml.MappingNode, "!!map"
	}
	for r.dec.More() {
		child, err := r.value()
		if err != nil {
			return err
		}
		node.Content = append(node.Content, child)
	}
	_, err := r.dec.Token()
	return err
}

// advance moves to the beginning of the next token: the decoder stands at the
// end of the one before it.
func (r *jsonReader) advance() {
	next := int(r.dec.InputOffset())
	for next < len(r.text) && bytes.IndexByte([]byte(" \t\r\n:,"), r.text[next]) >= 0 {
		next++
	}
	passed := r.text[r.offset:next]
	if ends := breaks(passed); len(ends) > 0 {
		r.line += len(ends)
		r.column = 1
		passed = passed[ends[len(ends)-1]:]
	}
	r.column += utf8.RuneCount(passed)
	r.offset = next
}
