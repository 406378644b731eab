package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// Step is one step of a [Path]: into a map by key, or into a list by index.
type Step struct {
	Key   string
	Index int // -1 for a key
}

// IsItem reports whether the step goes into a list.
func (s Step) IsItem() bool { return s.Index >= 0 }

// Path names a field of an object, for example
// Path{}.Key("spec").Key("ingress").Item(0). Paths are values: extending one
// leaves it unchanged.
type Path []Step

// Field returns the path through the given keys.
func Field(keys ...string) Path {
	p := make(Path, len(keys))
	for i, key := range keys {
		p[i] = Step{Key: key, Index: -1}
	}
	return p
}

// Key returns the path of a map entry below p.
func (p Path) Key(key string) Path {
	return append(p[:len(p):len(p)], Step{Key: key, Index: -1})
}

// Item returns the path of a list item below p, counted from 0.
func (p Path) Item(index int) Path {
	return append(p[:len(p):len(p)], Step{Index: index})
}

// String writes the path as users see it: spec.ingress[0].from, with odd keys
// in brackets and quotes.
func (p Path) String() string {
	var b strings.Builder
	for i, step := range p {
		switch {
		case step.IsItem():
			fmt.Fprintf(&b, "[%d]", step.Index)
		case !plainKey(step.Key):
			fmt.Fprintf(&b, "[%s]", strconv.Quote(step.Key))
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.Key)
		}
	}
	return b.String()
}

func plainKey(key string) bool {
	for _, r := range key {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && r != '_' && r != '-' && (r < '0' || r > '9') {
			return false
		}
	}
	return key != ""
}
