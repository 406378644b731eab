package load

import (
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// sourced is an object of rendered text whose template is on disk, but not the
// values that it was rendered with. The place of a field is looked for by the
// keys that lead to it.
type sourced struct {
	template *manifest.File
	kind     string
	nth      int // of the objects of that kind from the template
	inner    manifest.Source
}

// Span returns the template, whole.
func (s *sourced) Span() manifest.Span {
	return manifest.Span{File: s.template, End: len(s.template.Data)}
}

// Locate returns the line of the template that holds the last key on the way to
// the field, with the rendered line in Via.
func (s *sourced) Locate(p manifest.Path) manifest.Origin {
	rendered := s.inner.Locate(p)
	b, kind := s.document()
	origin := manifest.Origin{
		Span: manifest.SpanOn(s.template, kind+1, 1, "kind"), Precision: manifest.Whole,
		Via: append([]manifest.Span{rendered.Span}, rendered.Via...),
	}
	for _, step := range p {
		var found bool
		if step.IsItem() {
			b = b.item(step.Index)
			continue
		}
		if b, found = b.entry(step.Key); !found {
			break
		}
		origin.Span = manifest.SpanOn(s.template, b.from+1, 1, step.Key)
		origin.Precision = manifest.Near
	}
	return origin
}

// document returns the lines of the document that the object was rendered
// from, and the line of its kind. A template with fewer documents than objects
// has a loop.
func (s *sourced) document() (block, int) {
	b := block{lines: strings.Split(string(s.template.Data), "\n"), indent: -1}
	b.to = len(b.lines)
	var kinds []int
	for i, line := range b.lines {
		if match := kindLine.FindStringSubmatch(line); match != nil && match[1] == s.kind {
			kinds = append(kinds, i)
		}
	}
	if len(kinds) == 0 {
		return b, 0
	}
	kind := kinds[min(s.nth, len(kinds)-1)]
	b.from, b.to = kind, kind
	for b.from > 0 && !strings.HasPrefix(b.lines[b.from-1], "---") {
		b.from--
	}
	for b.to < len(b.lines) && !strings.HasPrefix(b.lines[b.to], "---") {
		b.to++
	}
	return b, kind
}

// block is the part of a template that stands under a key, or under the dash of
// a list's item: the lines that are indented further, those of template actions
// among them.
type block struct {
	lines    []string
	from, to int
	indent   int
}

// entry returns what stands under a key: of several such keys the one that is
// indented least.
func (b block) entry(key string) (block, bool) {
	found := block{lines: b.lines, from: -1}
	for i := b.from; i < b.to; i++ {
		if at := manifest.KeyIndex([]byte(b.lines[i]), key); at > b.indent && (found.from < 0 || at < found.indent) {
			found.from, found.indent = i, at
		}
	}
	if found.from < 0 {
		return b, false
	}
	return found.ended(b.to), true
}

// item returns the item of a list, or the last one: a loop has but one.
func (b block) item(index int) block {
	found := b
	dash := -1
	for i := b.from; i < b.to; i++ {
		text := strings.TrimLeft(b.lines[i], " ")
		at := len(b.lines[i]) - len(text)
		if !strings.HasPrefix(text, "- ") || dash >= 0 && at != dash {
			continue
		}
		if dash < 0 {
			dash = at
		}
		found = block{lines: b.lines, from: i, indent: at}.ended(b.to)
		if index--; index < 0 {
			break
		}
	}
	return found
}

// ended sets the end of a block: the first line that is not indented further.
// The dashes of a list may stand under their key.
func (b block) ended(to int) block {
	for b.to = b.from + 1; b.to < to; b.to++ {
		text := strings.TrimSpace(b.lines[b.to])
		at := strings.Index(b.lines[b.to], text)
		list := strings.HasPrefix(text, "- ") && !strings.HasPrefix(strings.TrimSpace(b.lines[b.from]), "- ")
		if text != "" && text[0] != '#' && !strings.HasPrefix(text, "{{") && (at < b.indent || at == b.indent && !list) {
			break
		}
	}
	return b
}
