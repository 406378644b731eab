package schema

import (
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// move is a value to be read in another place than it is written in.
type move struct {
	to    manifest.Path
	value manifest.Value
	fact  int // which says so
}

// meant decodes the value of an entry that is no field of t as what the last
// fact takes it for: a field with another name, or in another place.
func (d *decoder) meant(t *Type, e entry) {
	fact := len(d.facts) - 1
	suggestions, to := d.facts[fact].Suggestions, d.facts[fact].Belongs
	switch {
	case len(suggestions) == 1 && d.facts[fact].Want == "":
		to = d.at[:len(d.at)-1].Key(suggestions[0])
	case to == nil:
		return
	}
	if field, found := d.root.at(to); found && field.shape != skipped {
		moves := len(d.moves)
		value := d.decode(e.value, field)
		// What is wrong within it may come from the same slip.
		d.facts, d.moves = d.facts[:fact+1], append(d.moves[:moves], move{to, value, fact})
	}
}

// misplaced notes an entry of a map of strings that is a field of an object
// around it, written too deep.
func (d *decoder) misplaced(t *Type, all []entry, i int) bool {
	value := target(all[i].value)
	if t.shape != stringMap || value.Kind == yaml.ScalarNode {
		return false
	}
	belongs := d.belongs(t, all[i].key, value, "")
	if belongs != nil {
		d.note(manifest.Fact{Kind: manifest.WrongType, Want: text.want(), Got: kindOf(value, any_), Belongs: belongs})
	}
	return belongs != nil
}

// move returns a value with what is written elsewhere put where it belongs, as
// far as there is room, and says so in the facts.
func (d *decoder) move(value manifest.Value) manifest.Value {
	for _, m := range d.moves {
		around := 0 // steps into what the entry is written in
		for from := d.facts[m.fact].Path; around < len(m.to)-1 && from[around] == m.to[around]; around++ {
		}
		if moved, path, ok := put(value, m.to, 0, around, m.value); ok {
			value = moved
			d.facts[m.fact].ReadAs = path
		}
	}
	return value
}

// put returns a value with another one at a path, of which the steps before n
// lead to the value, and the path that it has there. A list that the first
// steps, those around, do not lead into gets it in its last item. It reports
// false where something stands there already.
func put(v manifest.Value, path manifest.Path, n, around int, part manifest.Value) (manifest.Value, manifest.Path, bool) {
	empty := !v.Exists() || v.Kind() == manifest.Null
	switch {
	case n == len(path):
		return part, path, empty
	case path[n].IsItem():
		items := slices.Clone(v.Items())
		if !empty && v.Kind() != manifest.List {
			return v, nil, false
		}
		if len(items) == 0 {
			items = []manifest.Value{{}}
		}
		if n >= around {
			path = slices.Clone(path)
			path[n].Index = len(items) - 1
		}
		i := path[n].Index
		item, path, ok := put(items[i], path, n+1, around, part)
		items[i] = item
		return manifest.ListOf(items), path, ok
	case !empty && v.Kind() != manifest.Map:
		return v, nil, false
	}
	key := path[n].Key
	child, path, ok := put(v.Get(key), path, n+1, around, part)
	var members []manifest.Member
	for _, other := range v.Members() {
		if other.Key != key {
			members = append(members, other)
		}
	}
	return manifest.MapOf(append(members, manifest.Member{Key: key, Value: child})), path, ok
}
