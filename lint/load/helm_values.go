package load

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// valueRead finds the values that a line of a template reads.
var valueRead = regexp.MustCompile(`\.Values((?:\.\w+)+)`)

// valuesOn returns where the values that a line reads are written: in the
// files that were given, the values.yaml of a parent chart, or that of the
// chart itself; the first of these wins. p is the field, if the line writes
// more than one.
func (c *release) valuesOn(name string, span manifest.Span, p manifest.Path) []manifest.Span {
	var found []manifest.Span
	text := span.File.Line(span.File.Position(span.Start).Line)
	for _, match := range valueRead.FindAllStringSubmatch(text, -1) {
		keys := manifest.Field(strings.Split(match[1][1:], ".")...)
		for _, v := range c.valuesFiles(name) {
			if at, ok := v.find(keys, p); ok {
				found = append(found, at)
				break
			}
		}
	}
	return found
}

// valuesFile is a file of values; those of the chart stand in it below some
// keys.
type valuesFile struct {
	file  *manifest.File
	below manifest.Path
}

// valuesFiles returns the files that hold values for a template, those that
// win first.
func (c *release) valuesFiles(name string) []valuesFile {
	full, _, _ := strings.Cut(name, "/templates/")
	charts := strings.Split(full, "/charts/")
	dir, _, _ := strings.Cut("/"+c.partials[name].file, "/templates/")
	dirs := make([]string, len(charts))
	for i := len(charts) - 1; i >= 0; i-- {
		dirs[i] = strings.TrimPrefix(dir, "/")
		dir = strings.TrimSuffix(path.Dir(dir), "/charts")
	}
	var out []valuesFile
	for _, given := range slices.Backward(c.givenFiles) {
		out = append(out, valuesFile{given, manifest.Field(charts[1:]...)})
	}
	for i, dir := range dirs {
		if values := path.Join(dir, "values.yaml"); c.files.texts[values] != nil {
			out = append(out, valuesFile{c.files.file(values), manifest.Field(charts[i+1:]...)})
		}
	}
	return out
}

// find returns where a value is written, or the closest map above it. Of a
// value that is written out whole, it is the entry that became the field: the
// one that the longest end of the field's path leads to.
func (v valuesFile) find(keys, field manifest.Path) (manifest.Span, bool) {
	doc := manifest.Document{File: v.file, End: len(v.file.Data)}.In(nil)
	at := func(p manifest.Path) (manifest.Span, bool) {
		o := doc.Locate(slices.Concat(v.below, p))
		return o.Span, o.Precision == manifest.Exact
	}
	for i := range field {
		if span, ok := at(slices.Concat(keys, field[i:])); ok {
			return span, true
		}
	}
	for n := len(keys); n > 0; n-- {
		if span, ok := at(keys[:n]); ok {
			return span, true
		}
	}
	return manifest.Span{}, false
}
