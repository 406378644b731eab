package fix

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// tree is what a document says, without how it is written: a scalar with its
// type, a list, or the entries of a map. It is what the outcome of an edit is
// compared by.
type tree struct {
	kind  yaml.Kind
	tag   string
	value string
	keys  []string // maps
	items []*tree  // maps and lists
}

func treeOf(n *yaml.Node) *tree {
	if n.Kind == yaml.AliasNode {
		return treeOf(n.Alias)
	}
	t := &tree{kind: n.Kind}
	switch n.Kind {
	case yaml.ScalarNode:
		t.tag, t.value = n.ShortTag(), n.Value
		if t.tag == "!!null" {
			t.value = ""
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			t.items = append(t.items, treeOf(item))
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			t.keys = append(t.keys, n.Content[i].Value)
			t.items = append(t.items, treeOf(n.Content[i+1]))
		}
	}
	return t
}

// String writes the tree with sorted keys.
func (t *tree) String() string {
	switch t.kind {
	case yaml.ScalarNode:
		return fmt.Sprintf("%s %q", t.tag, t.value)
	case yaml.SequenceNode:
		items := make([]string, len(t.items))
		for i, item := range t.items {
			items[i] = item.String()
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	entries := make([]string, len(t.items))
	for i, item := range t.items {
		entries[i] = fmt.Sprintf("%q: %s", t.keys[i], item)
	}
	slices.Sort(entries)
	return "{" + strings.Join(entries, ", ") + "}"
}

// at returns what stands at a path, nil if nothing does.
func (t *tree) at(p manifest.Path) *tree {
	for _, step := range p {
		i := t.index(step)
		if i < 0 {
			return nil
		}
		t = t.items[i]
	}
	return t
}

// index returns the place of a step among the items, -1 if there is none. Of a
// key that stands twice, the last one counts.
func (t *tree) index(step manifest.Step) int {
	switch {
	case step.IsItem() && t.kind == yaml.SequenceNode && step.Index < len(t.items):
		return step.Index
	case !step.IsItem() && t.kind == yaml.MappingNode:
		for i := len(t.keys) - 1; i >= 0; i-- {
			if t.keys[i] == step.Key {
				return i
			}
		}
	}
	return -1
}

// spot is an entry of a tree as it was before anything was changed.
type spot struct {
	parent, item *tree // item is nil for what is to be added
	key          string
}

// spot finds the place of a path; its parent must be there.
func (t *tree) spot(p manifest.Path) (spot, bool) {
	parent, last := t.at(p[:len(p)-1]), p[len(p)-1]
	if parent == nil {
		return spot{}, false
	}
	s := spot{parent: parent, key: last.Key}
	if i := parent.index(last); i >= 0 {
		s.item = parent.items[i]
	}
	return s, s.item != nil || !last.IsItem() && parent.kind == yaml.MappingNode
}

// do carries out an operation. Whatever was done before, it finds its entry.
func (s spot) do(op plain) {
	i := slices.Index(s.parent.items, s.item)
	switch {
	case op.before() && i >= 0:
		s.parent.items = slices.Insert(s.parent.items, i, op.tree)
	case op.kind == lint.Insert && !op.before():
		s.item.items = append(s.item.items, op.tree)
	case op.kind == lint.Set && s.item != nil:
		*s.item = *op.tree
	case op.kind == lint.Set:
		s.parent.keys = append(s.parent.keys, s.key)
		s.parent.items = append(s.parent.items, op.tree)
	case op.kind == lint.Remove && i >= 0:
		s.parent.items = slices.Delete(s.parent.items, i, i+1)
		if s.parent.kind == yaml.MappingNode {
			s.parent.keys = slices.Delete(s.parent.keys, i, i+1)
		}
	case op.kind == lint.RenameKey && i >= 0:
		s.parent.keys[i] = op.text
	}
}
