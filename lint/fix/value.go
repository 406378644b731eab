package fix

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// valueTree returns what a value that a rule gives says: strings, numbers,
// booleans, maps and lists of them, or a [manifest.Value].
func valueTree(v any) (*tree, error) {
	if value, ok := v.(manifest.Value); ok {
		v = plainValue(value)
	}
	if strings, ok := v.(map[string]string); ok {
		m := map[string]any{}
		for key, value := range strings {
			m[key] = value
		}
		v = m
	}
	if strings, ok := v.([]string); ok {
		list := make([]any, len(strings))
		for i, s := range strings {
			list[i] = s
		}
		v = list
	}
	switch v := v.(type) {
	case []any:
		t := &tree{kind: yaml.SequenceNode}
		for _, item := range v {
			sub, err := valueTree(item)
			if err != nil {
				return nil, err
			}
			t.items = append(t.items, sub)
		}
		return t, nil
	case map[string]any:
		t := &tree{kind: yaml.MappingNode}
		for key := range v {
			t.keys = append(t.keys, key)
		}
		slices.SortFunc(t.keys, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
		for _, key := range t.keys {
			sub, err := valueTree(v[key])
			if err != nil {
				return nil, err
			}
			t.items = append(t.items, sub)
		}
		return t, nil
	}
	var n yaml.Node
	if err := n.Encode(v); err != nil || n.Kind != yaml.ScalarNode || strings.Contains(n.Value, "\n") {
		return nil, fmt.Errorf("value %v cannot be written", v)
	}
	return treeOf(&n), nil
}

// rank puts the keys of policies in the order in which people write them.
func rank(key string) int {
	order := []string{"namespaceSelector", "podSelector", "key", "operator", "values", "cidr", "except", "protocol", "port", "endPort", "from", "to", "ports"}
	return slices.Index(order, key)
}

// plainValue turns a decoded value into Go's types.
func plainValue(v manifest.Value) any {
	switch v.Kind() {
	case manifest.Map:
		m := map[string]any{}
		for _, e := range v.Members() {
			m[e.Key] = plainValue(e.Value)
		}
		return m
	case manifest.List:
		list := []any{}
		for _, item := range v.Items() {
			list = append(list, plainValue(item))
		}
		return list
	case manifest.Int:
		n, _ := v.Int()
		return n
	case manifest.Bool:
		return v.True()
	case manifest.Float:
		f, err := strconv.ParseFloat(v.Text(), 64)
		if err == nil {
			return f
		}
	case manifest.Null, manifest.Absent:
		return nil
	}
	return v.Text()
}

// style is how a document is written.
type style struct {
	step    int  // spaces by which a map is indented
	dash    int  // spaces by which a list is indented below its key
	json    bool // keys and texts stand in double quotes
	newline string
}

// flow writes a tree on one line.
func (s style) flow(t *tree) string {
	parts := make([]string, len(t.items))
	for i, item := range t.items {
		parts[i] = s.flow(item)
		if t.kind == yaml.MappingNode {
			parts[i] = s.scalar(&tree{kind: yaml.ScalarNode, tag: "!!str", value: t.keys[i]}, true) + ": " + parts[i]
		}
	}
	switch t.kind {
	case yaml.MappingNode:
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return s.scalar(t, true)
}

// scalar writes a scalar, in quotes where it would be taken for something else.
func (s style) scalar(t *tree, inFlow bool) string {
	switch {
	case t.tag == "!!null":
		return "null"
	case t.tag != "!!str":
		return t.value
	case s.json:
		return strconv.Quote(t.value)
	}
	text, err := yaml.Marshal(t.value)
	written := strings.TrimSuffix(string(text), "\n")
	if err != nil || strings.Contains(written, "\n") || inFlow && written == t.value && strings.ContainsAny(written, ",[]{}") {
		return strconv.Quote(t.value)
	}
	return written
}

// inline reports whether a tree is written beside its key in block style.
func inline(t *tree) bool { return t.kind == yaml.ScalarNode || len(t.items) == 0 }

// block writes a map or a list as lines that are indented by some spaces. The
// first line is not indented: it follows what stands before it.
func (s style) block(t *tree, indent int) string {
	var b strings.Builder
	for i, item := range t.items {
		if i > 0 {
			b.WriteString(s.newline + strings.Repeat(" ", indent))
		}
		if t.kind == yaml.SequenceNode {
			b.WriteString("- " + s.under(item, indent+2))
			continue
		}
		b.WriteString(s.scalar(&tree{kind: yaml.ScalarNode, tag: "!!str", value: t.keys[i]}, false) + ":" + s.after(item, indent))
	}
	return b.String()
}

// after writes what follows the colon of a key that stands at an indent.
func (s style) after(t *tree, indent int) string {
	switch {
	case inline(t):
		return " " + s.flow(t)
	case t.kind == yaml.SequenceNode:
		indent += s.dash
	default:
		indent += s.step
	}
	return s.newline + strings.Repeat(" ", indent) + s.block(t, indent)
}

// under writes what stands in an item of a list.
func (s style) under(t *tree, indent int) string {
	if inline(t) {
		return s.flow(t)
	}
	return s.block(t, indent)
}
