package apiserver

import "strings"

// mutate makes one change somewhere below a node: the slips that people make
// with structure rather than words.
func (g *generator) mutate(top *node) {
	all := maps(top, nil)
	n := all[g.IntN(len(all))]
	if len(n.fields) == 0 {
		return
	}
	i := g.IntN(len(n.fields))
	f := &n.fields[i]
	switch g.IntN(10) {
	case 0: // a null value
		f.value = &node{shape: 's', scalar: "null"}
	case 1: // an empty map or list
		f.value = &node{shape: []byte("ml")[g.IntN(2)]}
	case 2: // a scalar
		f.value = g.scalar(values, oddValues)
	case 3: // a list around the value
		f.value = &node{shape: 'l', items: []*node{f.value}}
	case 4: // the first item instead of its list
		if len(f.value.items) > 0 {
			f.value = f.value.items[0]
		}
	case 5: // a missing field
		n.fields = append(n.fields[:i:i], n.fields[i+1:]...)
	case 6: // the same key again
		n.fields = append(n.fields, field{f.key, f.value})
	case 7: // a misspelt key
		f.key = g.misspell(f.key)
	case 8: // a null item
		if f.value.shape == 'l' {
			f.value.items = append(f.value.items, &node{shape: 's', scalar: "null"})
		}
	case 9: // a field that slips into or out of another map
		to := all[g.IntN(len(all))]
		if !within(f.value, to) {
			moved := *f
			n.fields = append(n.fields[:i:i], n.fields[i+1:]...)
			to.fields = append(to.fields, moved)
		}
	}
}

// maps returns the maps below a node, itself included.
func maps(n *node, found []*node) []*node {
	if n.shape == 'm' {
		found = append(found, n)
	}
	for _, item := range n.items {
		found = maps(item, found)
	}
	for _, f := range n.fields {
		found = maps(f.value, found)
	}
	return found
}

// within reports whether a node is one of those that hang below another.
func within(n, part *node) bool {
	for _, m := range maps(n, nil) {
		if m == part {
			return true
		}
	}
	return false
}

// misspell changes, drops or doubles one letter of a plain word.
func (g *generator) misspell(word string) string {
	if len(word) < 3 || word[0] == '"' || word[0] == '\'' {
		return word
	}
	i := 1 + g.IntN(len(word)-2)
	switch g.IntN(4) {
	case 0:
		return word[:i] + word[i+1:]
	case 1:
		return word[:i+1] + word[i:]
	case 2:
		return word[:i] + strings.ToUpper(word[i:])
	}
	return word + "s"
}
