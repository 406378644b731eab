package ignore

import (
	"bytes"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// suppression is a directive, where it stands, and what it covers: a range of
// its file, an object, or what the patterns of the configuration match.
type suppression struct {
	directive
	span manifest.Span

	from, to int
	document bool // the range is a document

	object *manifest.Object

	entry          bool
	objects, files []string

	used    []string // rules of which it hides something
	bundles []string
}

func (c *suppression) use(rule string) {
	if !slices.Contains(c.used, rule) {
		c.used = append(c.used, rule)
	}
}

func (c *suppression) addBundle(name string) {
	if name != "" && !slices.Contains(c.bundles, name) {
		c.bundles = append(c.bundles, name)
		slices.Sort(c.bundles)
	}
}

// erasable reports whether it is a comment that can go as a whole, of a file
// that is no template.
func (c *suppression) erasable() bool {
	return !c.entry && c.object == nil && len(c.rules) == 1 && !bytes.Contains(c.span.File.Data, []byte("{{"))
}

// covers reports whether it covers a diagnostic, whatever its rule.
func (c *suppression) covers(d *lint.Diagnostic) bool {
	switch {
	case c.entry:
		return c.matches(d)
	case c.object != nil:
		return d.Object != nil && d.Object.ID == c.object.ID && d.Object.Root == c.object.Root
	}
	for place := range placesOf(d) {
		if place.File.Name == c.span.File.Name && c.from <= place.Start && place.Start < c.to {
			return true
		}
	}
	return c.document && d.Object != nil && c.defines(d.Object.Span())
}

// placesOf ranges over the place of a diagnostic and the chain that led there.
func placesOf(d *lint.Diagnostic) iter.Seq[manifest.Span] {
	return func(yield func(manifest.Span) bool) {
		if d.Origin.Span.File != nil && !yield(d.Origin.Span) {
			return
		}
		for _, place := range d.Origin.Via {
			if place.File != nil && !yield(place) {
				return
			}
		}
	}
}

// defines reports whether the covered document is the one that defines an
// object, some fields of which may be set elsewhere.
func (c *suppression) defines(object manifest.Span) bool {
	if object.File.Name != c.span.File.Name {
		return false
	}
	from, to := object.Start, object.End
	for line := range strings.Lines(object.Text()) {
		if text := strings.TrimRight(line, "\r\n"); !blank(text) && !alone(text) && !separator(text) {
			break
		}
		from += len(line)
	}
	to -= len(object.Text()) - len(strings.TrimRight(object.Text(), "-. \t\r\n"))
	return c.from <= from && to <= c.to
}

// matches reports whether a diagnostic is of those that an entry of the
// configuration is about.
func (c *suppression) matches(d *lint.Diagnostic) bool {
	object := len(c.objects) == 0
	for _, pattern := range c.objects {
		object = object || d.Object != nil && matchesObject(pattern, d.Object.ID)
	}
	file := len(c.files) == 0
	for _, pattern := range c.files {
		for place := range placesOf(d) {
			match, err := doublestar.Match(pattern, place.File.Name)
			file = file || err == nil && match
		}
	}
	return object && file
}

// matchesObject matches Kind/namespace/name part by part. An object without a
// namespace has an empty one, which * matches too.
func matchesObject(pattern string, id manifest.ID) bool {
	parts := strings.Split(pattern, "/")
	return len(parts) == 3 && slices.EqualFunc(parts, []string{id.Kind, id.Namespace, id.Name}, func(pattern, part string) bool {
		match, err := path.Match(pattern, part)
		return err == nil && match
	})
}
