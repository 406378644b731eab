package schema

import (
	"slices"
	str "strings"

	"github.com/agnivade/levenshtein"

	"github.com/nplint/nplint/lint/manifest"
)

// unknown describes a key that t does not have: the names closest to it, or
// the place in the same kind where that name belongs.
func (d *decoder) unknown(t *Type, key string, at manifest.Path) manifest.Fact {
	fact := manifest.Fact{Kind: manifest.UnknownField, Path: at.Key(key)}
	best := 3
	for name := range t.fields {
		distance := levenshtein.ComputeDistance(str.ToLower(name), str.ToLower(key))
		if distance > len(key)/2 {
			continue
		}
		if distance < best {
			best, fact.Suggestions = distance, nil
		}
		if distance == best {
			fact.Suggestions = append(fact.Suggestions, name)
		}
	}
	slices.Sort(fact.Suggestions)
	if fact.Suggestions == nil {
		fact.Belongs = d.belongs(t, key, at)
	}
	return fact
}

// belongs looks for a field of that name below t, then in the objects around
// it from the inside out: the two ways in which indentation slips.
func (d *decoder) belongs(t *Type, key string, at manifest.Path) string {
	for _, name := range sorted(t.fields) {
		below, path := t.fields[name], at.Key(name).String()
		if below.shape == list {
			below, path = below.item, path+"[]"
		}
		if below.shape == object && below.fields[key] != nil {
			return path + "." + key
		}
	}
	for i := len(at) - 1; i >= 0; i-- {
		around, found := d.root.at(at[:i])
		if found && around.fields[key] != nil {
			return at[:i].Key(key).String()
		}
	}
	return ""
}

// at follows a path through a type.
func (t *Type) at(p manifest.Path) (*Type, bool) {
	for _, step := range p {
		switch {
		case step.IsItem() && t.item != nil:
			t = t.item
		case !step.IsItem() && t.fields[step.Key] != nil:
			t = t.fields[step.Key]
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
