package schema

import "github.com/nplint/nplint/lint/manifest"

// Find follows a path through a document that [Blocks] can read, without a YAML
// parser. indent is the column of the text's first byte. ok is false where only
// a parser can tell.
func Find(text []byte, indent int, path manifest.Path) (found manifest.Found, ok bool) {
	b := &block{search: &search{path: path}}
	b.begins(text, indent)
	ok = b.read(func() *Type {
		b.search.found = manifest.Found{Start: b.at, End: nowhere}
		return skip
	}, new(manifest.Value))
	found = b.search.found
	return found, ok && found.End != unclear
}

// Places of a value that do not stand for an offset.
const (
	nowhere = -1 // not on the line
	unclear = -2 // depends on what the parser makes of the text
)

// search is the path that a Find follows while it reads everything.
type search struct {
	path  manifest.Path
	level int // how many entries are being read, one in another
	match int // how many of them, from the outermost, are on the path
	found manifest.Found
}

// enter begins a map entry whose key stands at an offset, or a list item. Of
// entries of the same name the last one counts.
func (b *block) enter(step manifest.Step, at int) {
	s := b.search
	if s == nil {
		return
	}
	if s.level++; s.match == s.level-1 && s.level <= len(s.path) && s.path[s.match] == step {
		s.match = s.level
		s.found = manifest.Found{Depth: s.level, Start: at, End: nowhere}
	}
}

// begin notes where the value of an entry begins: there begins a list item.
func (b *block) begin(at int) {
	if s := b.search; s != nil && s.found.Start == nowhere {
		s.found.Start = at
	}
}

// leave ends the entry that was entered last.
func (b *block) leave() {
	s := b.search
	if s == nil {
		return
	}
	if s.match == s.level {
		if s.found.Depth == s.level {
			s.found.End = b.inline
		}
		s.match--
	}
	s.level--
}
