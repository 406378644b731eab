package fix

import (
	"errors"
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// plain is an operation on a path of a document: Set, Insert at the end of a
// list that is there or before an item, Remove, or RenameKey.
type plain struct {
	kind lint.OpKind
	path manifest.Path
	tree *tree  // Set, Insert
	text string // RenameKey
}

// before reports whether an operation inserts in front of an item.
func (op plain) before() bool { return op.kind == lint.Insert && op.path[len(op.path)-1].IsItem() }

// lists are the fields that hold lists: an Insert where nothing is written
// begins one.
var lists = []string{"ingress", "egress", "from", "to", "ports", "except", "matchExpressions", "values", "policyTypes"}

// settle turns a rule's operation into plain ones, as few and as small as there
// are: what stays as it is is not written anew.
func settle(root *tree, path manifest.Path, op lint.Op) ([]plain, error) {
	if len(op.Path) == 0 {
		return nil, errors.New("an object cannot be replaced as a whole")
	}
	at := root.at(path)
	missing := at == nil || at.tag == "!!null"
	switch op.Kind {
	case lint.RenameKey:
		name, ok := op.Value.(string)
		if !ok || at == nil {
			return nil, fmt.Errorf("there is no key %s", op.Path)
		}
		if parent := root.at(path[:len(path)-1]); slices.Contains(parent.keys, name) {
			return nil, fmt.Errorf("the key %s stands there already", name)
		}
		return []plain{{kind: lint.RenameKey, path: path, text: name}}, nil
	case lint.Remove:
		if at == nil {
			return nil, fmt.Errorf("there is no %s", op.Path)
		}
		return remove(root, path), nil
	case lint.Unquote:
		if at == nil || at.tag != "!!str" {
			return nil, fmt.Errorf("%s is no text", op.Path)
		}
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(at.value), &n); err != nil || len(n.Content) != 1 || n.Content[0].Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%q cannot stand without quotes", at.value)
		}
		return []plain{{kind: lint.Set, path: path, tree: treeOf(n.Content[0])}}, nil
	}
	value, err := valueTree(op.Value)
	if err != nil {
		return nil, err
	}
	if op.Kind == lint.Insert {
		if at != nil && (at.kind == yaml.SequenceNode || path[len(path)-1].IsItem()) {
			return []plain{{kind: lint.Insert, path: path, tree: value}}, nil
		}
		if !missing {
			return nil, fmt.Errorf("%s stands there already", op.Path)
		}
		if slices.Contains(lists, path[len(path)-1].Key) {
			value = &tree{kind: yaml.SequenceNode, items: []*tree{value}}
		}
	}
	return set(root, path, value), nil
}

// remove removes an entry, or empties the map or list of which it is the only
// one.
func remove(root *tree, path manifest.Path) []plain {
	if parent := root.at(path[:len(path)-1]); len(parent.items) == 1 && len(path) > 1 {
		return []plain{{kind: lint.Set, path: path[:len(path)-1], tree: &tree{kind: parent.kind}}}
	}
	return []plain{{kind: lint.Remove, path: path}}
}

// set writes a value, entry by entry where a map or a list is there that has
// some of it.
func set(root *tree, path manifest.Path, value *tree) []plain {
	at := root.at(path)
	switch {
	case at != nil && at.String() == value.String():
		return nil
	case at == nil:
		for parent := root.at(path[:len(path)-1]); len(path) > 1 && (parent == nil || parent.tag == "!!null"); parent = root.at(path[:len(path)-1]) {
			last := path[len(path)-1]
			if last.IsItem() {
				break
			}
			value = &tree{kind: yaml.MappingNode, keys: []string{last.Key}, items: []*tree{value}}
			path = path[:len(path)-1]
		}
	case at.kind == yaml.MappingNode && value.kind == yaml.MappingNode && slices.ContainsFunc(at.keys, func(k string) bool { return slices.Contains(value.keys, k) }):
		var ops []plain
		for _, key := range at.keys {
			if !slices.Contains(value.keys, key) {
				ops = append(ops, plain{kind: lint.Remove, path: path.Key(key)})
			}
		}
		for i, key := range value.keys {
			ops = append(ops, set(root, path.Key(key), value.items[i])...)
		}
		return ops
	case at.kind == yaml.SequenceNode && value.kind == yaml.SequenceNode && 0 < len(at.items) && len(at.items) <= len(value.items):
		var ops []plain
		for i, item := range value.items {
			if i < len(at.items) {
				ops = append(ops, set(root, path.Item(i), item)...)
			} else {
				ops = append(ops, plain{kind: lint.Insert, path: path, tree: item})
			}
		}
		return ops
	}
	return []plain{{kind: lint.Set, path: path, tree: value}}
}
