package schema

import (
	"slices"
	str "strings"

	"github.com/agnivade/levenshtein"
	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// unknown describes the entry i of a map, whose key t does not have: the names
// closest to it, or the place in the same kind where that name belongs. A name
// that is close but takes another kind of value comes last.
func (d *decoder) unknown(t *Type, all []entry, i int) manifest.Fact {
	key, value := all[i].key, target(all[i].value)
	fact := manifest.Fact{Kind: manifest.UnknownField}
	names := nearest(t, key)
	for _, name := range names {
		if field := t.fields[name]; field.accepts(kindOf(value, field)) {
			fact.Suggestions = append(fact.Suggestions, name)
		}
	}
	if fact.Suggestions != nil {
		return fact
	}
	above := ""
	if i > 0 {
		above = all[i-1].key
	}
	if fact.Belongs = d.belongs(t, key, value, above); fact.Belongs == nil && len(names) > 0 {
		fact.Suggestions, fact.Want, fact.Got = names, t.fields[names[0]].want(), kindOf(value, any_)
	}
	return fact
}

// nearest returns the fields whose names are closest to a key, if they are at
// most two edits away.
func nearest(t *Type, key string) []string {
	var names []string
	best := 3
	for name := range t.fields {
		if len(key) > len(name)+2 {
			continue
		}
		distance := levenshtein.ComputeDistance(str.ToLower(name), str.ToLower(key))
		if distance > len(key)/2 {
			continue
		}
		if distance < best {
			best, names = distance, nil
		}
		if distance == best {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// belongs looks for a field of that name below t, then in the objects around
// it from the inside out: the two ways in which indentation slips. Below t the
// field written just above is meant, or the only one that has such a key.
func (d *decoder) belongs(t *Type, key string, value *yaml.Node, above string) manifest.Path {
	at := d.at[:len(d.at)-1]
	var below []manifest.Path
	for _, name := range sorted(t.fields) {
		field, path := t.fields[name], at.Key(name)
		if field.shape == list {
			field, path = field.item, path.Item(0)
		}
		if !field.has(key, value) {
			continue
		}
		if name == above {
			return path.Key(key)
		}
		below = append(below, path.Key(key))
	}
	if len(below) == 1 {
		return below[0]
	}
	for i := len(at) - 1; i >= 0; i-- {
		around, found := d.root.at(at[:i])
		if found && around.has(key, value) {
			return at[:i].Key(key)
		}
	}
	return nil
}

// has reports whether a value may stand under a key of an object of the type.
// Under any key of a map of strings, a scalar is meant to be one.
func (t *Type) has(key string, value *yaml.Node) bool {
	if t.shape == stringMap {
		return value.Kind == yaml.ScalarNode
	}
	field := t.fields[key]
	return field != nil && field.accepts(kindOf(value, field))
}

// at follows a path through a type.
func (t *Type) at(p manifest.Path) (*Type, bool) {
	for _, step := range p {
		switch {
		case step.IsItem() && t.item != nil:
			t = t.item
		case !step.IsItem() && t.fields[step.Key] != nil:
			t = t.fields[step.Key]
		case !step.IsItem() && t.shape == stringMap:
			t = text
		default:
			return nil, false
		}
	}
	return t, true
}

func sorted(f fields) []string {
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
