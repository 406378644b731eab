package schema

import (
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// Decode reads the fields of an object that t names and notes what is
// remarkable about their syntax. Written holds the fields that the API knows,
// meant those too that it does not know, where they are meant to be. Aliases
// and merge keys are followed; the caller has made sure that they do not expand
// without end.
func Decode(node *yaml.Node, t *Type) (meant, written manifest.Value, facts []manifest.Fact) {
	d := decoder{root: t}
	written = d.decode(node, t)
	return d.move(written), written, d.facts
}

type decoder struct {
	root  *Type
	at    manifest.Path // of what is being decoded; facts get copies
	facts []manifest.Fact
	moves []move
}

// note adds a fact about what is being decoded.
func (d *decoder) note(fact manifest.Fact) {
	fact.Path = slices.Clone(d.at)
	d.facts = append(d.facts, fact)
}

func (d *decoder) decode(node *yaml.Node, t *Type) manifest.Value {
	node = target(node)
	got := kindOf(node, t)
	if !t.accepts(got) {
		d.note(manifest.Fact{Kind: manifest.WrongType, Want: t.want(), Got: got})
	}
	switch got {
	case manifest.Map:
		return d.decodeMap(node, t)
	case manifest.List:
		item := t.item
		if item == nil {
			item = any_
		}
		items := make([]manifest.Value, len(node.Content))
		for i, child := range node.Content {
			d.at = append(d.at, manifest.Step{Index: i})
			items[i] = d.decode(child, item)
			d.at = d.at[:len(d.at)-1]
		}
		return manifest.ListOf(items)
	case manifest.Null:
		return manifest.Scalar(got, "", false)
	case manifest.Int:
		return manifest.Scalar(got, digits(node), quoted(node))
	}
	return manifest.Scalar(got, node.Value, quoted(node))
}

// decodeMap reads a map as the API's readers do: of a key that stands there
// twice, the last entry counts and the others are as good as not written.
func (d *decoder) decodeMap(node *yaml.Node, t *Type) manifest.Value {
	type choice struct {
		index int
		twice bool
	}
	all := entries(node)
	chosen := make(map[string]choice, len(all))
	for i, e := range all {
		if _, found := chosen[e.key]; !found || !e.merged {
			chosen[e.key] = choice{i, found}
		}
	}
	var members []manifest.Member
	for i, e := range all {
		c := chosen[e.key]
		if c.index != i {
			continue
		}
		field, known := t.field(e.key)
		d.at = append(d.at, manifest.Step{Key: e.key, Index: -1})
		if c.twice {
			d.note(manifest.Fact{Kind: manifest.DuplicateKey})
		}
		switch {
		case !known:
			d.note(d.unknown(t, all, i))
			d.meant(t, e)
		case d.misplaced(t, all, i):
			d.meant(t, e)
		case field.shape != skipped:
			members = append(members, manifest.Member{Key: e.key, Value: d.decode(e.value, field)})
		}
		d.at = d.at[:len(d.at)-1]
	}
	return manifest.MapOf(members)
}

// field returns what may stand under a key of a map.
func (t *Type) field(key string) (*Type, bool) {
	switch t.shape {
	case object:
		if field, found := t.fields[key]; found {
			return field, true
		}
		return skip, t.open
	case stringMap:
		return text, true
	default:
		return any_, true
	}
}

// accepts reports whether a value of a kind may stand there. The API reads null
// as if nothing were written, "" in a map of strings.
func (t *Type) accepts(got manifest.ValueKind) bool {
	if got == manifest.Null {
		return true
	}
	switch t.shape {
	case scalarString:
		return got == manifest.String
	case scalarInt:
		return got == manifest.Int
	case scalarBool:
		return got == manifest.Bool
	case intOrString:
		return got == manifest.Int || got == manifest.String
	case stringMap, object:
		return got == manifest.Map
	case list:
		return got == manifest.List
	default:
		return true
	}
}

func (t *Type) want() string {
	return map[shape]string{
		scalarString: "a string", scalarInt: "an integer", scalarBool: "a boolean",
		intOrString: "an integer or a name", stringMap: "a map", object: "a map", list: "a list",
	}[t.shape]
}

type entry struct {
	key    string
	value  *yaml.Node
	merged bool
}

// entries returns what a map holds, its own entries first and then those that
// it merges with "<<", the first source first.
func entries(node *yaml.Node) []entry {
	own := make([]entry, 0, len(node.Content)/2)
	var merged []entry
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Tag != "!!merge" {
			own = append(own, entry{key: key.Value, value: value})
			continue
		}
		sources := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			sources = value.Content
		}
		for _, source := range sources {
			for _, e := range entries(target(source)) {
				e.merged = true
				merged = append(merged, e)
			}
		}
	}
	return append(own, merged...)
}
