package load

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// trace knows which places of which templates wrote each line of the rendered
// text. It is made when a place is first asked for.
type trace struct {
	once  sync.Once
	lines map[string][]writers // by name of the template; none where it failed
}

// writers are the places that wrote a line. leading are those before the
// line's first character: what the line brought along from helpers and the
// actions that called them.
type writers struct {
	leading, all []textPlace
	indent       int // of the line, -1 if it is blank
}

// follow renders the chart once more with marks. Where the text without its
// marks is not the plain text, the marks have changed something, and nothing is
// known of that template.
func (c *release) follow() map[string][]writers {
	c.once.Do(func() {
		c.lines = map[string][]writers{}
		for _, text := range c.rendered {
			if strings.Contains(text, markOpen) {
				return
			}
		}
		m := newMarks()
		again := &release{ctx: c.ctx, in: c.in, files: c.files, options: c.options}
		marked, err := again.render(m)
		if err != nil {
			return
		}
		for name, text := range marked {
			if stripMarks(text) != c.rendered[name] {
				continue
			}
			for line := range strings.Lines(text) {
				c.lines[name] = append(c.lines[name], m.writers(line))
			}
		}
	})
	return c.lines
}

func (m *marks) writers(line string) writers {
	w := writers{indent: -1}
	column := 0
	for i := 0; i < len(line); {
		n, length := decode(line[i:])
		if length > 0 && n < len(m.places) {
			w.all = append(w.all, m.places[n])
			if w.indent < 0 {
				w.leading = w.all
			}
			i += length
			continue
		}
		if w.indent < 0 && !strings.ContainsRune(" \t\r\n", rune(line[i])) {
			w.indent = column
		}
		column++
		i++
	}
	return w
}

// templated is an object that a template rendered; inner knows its place in
// the rendered text.
type templated struct {
	chart *release
	name  string
	inner manifest.Source
}

// Span returns the template, whole: which part of it wrote the object is known
// only once a place is asked for.
func (t *templated) Span() manifest.Span {
	file := t.chart.files.file(t.chart.partials[t.name].file)
	return manifest.Span{File: file, End: len(file.Data)}
}

// Locate returns the line of the template that wrote a field.
func (t *templated) Locate(p manifest.Path) manifest.Origin {
	return t.chart.origin(t.name, t.inner.Locate(p), p)
}

// origin maps a place in the rendered text to the template. The place is in the
// template that was rendered, or in the chart's helper that writes the field
// out; the other one is in Via, and so are the values that the line reads.
func (c *release) origin(name string, rendered manifest.Origin, p manifest.Path) manifest.Origin {
	own := c.partials[name].file
	data := rendered.Span.File.Data
	lines := c.follow()[name]
	n := bytes.Count(data[:rendered.Span.Start], []byte("\n"))
	if n >= len(lines) {
		return manifest.Origin{Span: c.firstLine(own), Precision: manifest.Whole}
	}
	at, found := lines[n].in(own)
	for i, indent := n, lines[n].indent; !found && i > 0; {
		if i--; lines[i].indent >= 0 && (lines[i].indent < indent || len(lines[n].all) == 0) {
			indent = lines[i].indent
			at, found = lines[i].in(own)
		}
	}
	chain := chainOf(lines[n].leading, own)
	if !found {
		if len(chain) == 0 {
			return manifest.Origin{Span: c.firstLine(own), Precision: manifest.Whole}
		}
		at, chain = chain[0], chain[1:]
	}
	span, exact := c.span(at, p, rendered.Span.Text())
	if i := c.writes(chain, p, rendered.Span.Text()); !exact && i >= 0 {
		helper := chain[i]
		chain = slices.Insert(slices.Delete(chain, i, i+1), 0, at)
		at = helper
		span, exact = c.span(at, p, rendered.Span.Text())
	}
	if helper, ok := c.helperOf(p); ok && !exact && callsHelper(span) {
		chain = slices.Insert(chain, 0, at)
		span, _ = c.span(helper, p, rendered.Span.Text())
	}
	origin := manifest.Origin{Span: span, Precision: rendered.Precision}
	if !exact {
		origin.Precision = max(origin.Precision, manifest.Near)
	}
	for _, helper := range chain {
		span, _ := c.span(helper, p, rendered.Span.Text())
		origin.Via = append(origin.Via, span)
	}
	if exact {
		p = nil
	}
	for _, span := range append([]manifest.Span{origin.Span}, origin.Via...) {
		if values := c.valuesOn(name, span, p); len(values) > 0 {
			origin.Via = append(origin.Via, values...)
			break
		}
	}
	return origin
}

// writes returns which of some helpers writes the field out, -1 if none does.
// Helpers of the chart itself are its author's to edit; those of another chart
// are not.
func (c *release) writes(helpers []textPlace, p manifest.Path, rendered string) int {
	return slices.IndexFunc(helpers, func(helper textPlace) bool {
		_, exact := c.span(helper, p, rendered)
		return exact && !strings.HasPrefix(helper.file, "charts/")
	})
}

// callsHelper reports whether a line of a template calls a helper.
func callsHelper(s manifest.Span) bool {
	line := s.File.Line(s.File.Position(s.Start).Line)
	return strings.Contains(line, "include ") || strings.Contains(line, "template ")
}

// helperOf returns the one line among the chart's own helpers that writes a key
// out: what is left to go by where helpers merge what others return, so that
// the text that comes out is nobody's.
func (c *release) helperOf(p manifest.Path) (textPlace, bool) {
	if len(p) == 0 || p[len(p)-1].IsItem() {
		return textPlace{}, false
	}
	var found []textPlace
	for _, name := range slices.Sorted(maps.Keys(c.files.texts)) {
		if !strings.HasPrefix(name, "templates/") || !strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		offset := 0
		for line := range bytes.Lines(c.files.texts[name]) {
			if i := manifest.KeyIndex(line, p[len(p)-1].Key); i >= 0 {
				found = append(found, textPlace{name, offset + i})
			}
			offset += len(line)
		}
	}
	if len(found) != 1 {
		return textPlace{}, false
	}
	return found[0], true
}

// in returns the place in a file that wrote a line: of several the last one
// before the text, because the action that calls a helper marks its lines after
// those within.
func (w writers) in(file string) (textPlace, bool) {
	for i := len(w.leading) - 1; i >= 0; i-- {
		if w.leading[i].file == file {
			return w.leading[i], true
		}
	}
	if i := slices.IndexFunc(w.all, func(at textPlace) bool { return at.file == file }); i >= 0 {
		return w.all[i], true
	}
	return textPlace{}, false
}

// chainOf returns the places outside a file, outermost first.
func chainOf(places []textPlace, file string) []textPlace {
	var chain []textPlace
	for _, at := range slices.Backward(places) {
		if at.file != file && !slices.Contains(chain, at) {
			chain = append(chain, at)
		}
	}
	return chain
}

// span returns what stands at a place, from the field's key where the line
// holds it, and whether it holds the field: the key, or the text of a list's
// item.
func (c *release) span(at textPlace, p manifest.Path, rendered string) (manifest.Span, bool) {
	file := c.files.file(at.file)
	pos := file.Position(at.offset)
	line, column, key := file.Line(pos.Line), pos.Column, ""
	if before := line[:min(at.offset-file.Offset(pos.Line, 1), len(line))]; strings.HasPrefix(strings.TrimLeft(before, " \t"), "{{") {
		column = 1 + len(before) - len(strings.TrimLeft(before, " \t"))
	}
	if n := len(p); n > 0 && !p[n-1].IsItem() {
		key = p[n-1].Key
	}
	span := manifest.SpanOn(file, pos.Line, column, key)
	if key == "" {
		first, _, entry := strings.Cut(strings.TrimPrefix(rendered, "- "), ":")
		if !entry {
			return span, strings.Contains(line, strings.TrimSpace(first))
		}
		key = first
	}
	key = strings.Trim(key, `"'`)
	return span, strings.Contains(line, key+":") || strings.Contains(line, key+`":`) || strings.Contains(line, key+"':")
}

// firstLine returns the first line of a template that says of which kind its
// object is.
func (c *release) firstLine(name string) manifest.Span {
	file := c.files.file(name)
	n := 1
	if at := kindLine.FindIndex(file.Data); at != nil {
		n = file.Position(at[0]).Line
	}
	return manifest.SpanOn(file, n, 1, "kind")
}
