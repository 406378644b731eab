// Package ignore applies suppressions: comments in the sources, annotations of
// objects, and entries of the configuration. Each gives its reason, may end on
// a day, and is itself reported when it hides nothing.
//
//	# nplint:ignore rule-a,rule-b until=2026-12-31 -- reason
//
// covers the key or list item on its line or on the line below, with all that
// is under it; above the first key of a document, the document.
// nplint:ignore-file covers its file, the annotation nplint.dev/ignore its
// object, and {{- /* nplint:ignore rule -- reason */ -}} the next document of a
// template.
package ignore

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// Set is the suppressions of a run over one or more bundles.
type Set struct {
	known []string // rules
	today time.Time
	found map[string][]*suppression // by file, or by annotation
	// silent are files without suppressions that have diagnostics.
	silent map[*manifest.File]bool
	// ofConfiguration are the entries of the configuration.
	ofConfiguration []*suppression
	suppressed      []lint.Diagnostic
}

// Entry is a suppression of the configuration: it covers findings of some rules
// about objects whose Kind/namespace/name matches a pattern, and in files whose
// names match one.
type Entry struct {
	Rules          []string
	Objects, Files []string // none stands for all
	Reason         string
	Until          time.Time // the last day; zero for ever
	Span           manifest.Span
}

// New returns the suppressions of a run. Those that stand in the sources are
// read as the bundles come. today decides which of them have ended.
func New(known []*lint.Rule, today time.Time, entries []Entry) *Set {
	s := &Set{today: today, found: map[string][]*suppression{}, silent: map[*manifest.File]bool{}}
	for _, r := range known {
		s.known = append(s.known, r.Name)
	}
	for _, e := range entries {
		s.ofConfiguration = append(s.ofConfiguration, &suppression{
			directive: directive{rules: e.Rules, reason: e.Reason, until: e.Until},
			span:      e.Span, entry: true, objects: e.Objects, files: e.Files,
		})
	}
	return s
}

// Apply returns the diagnostics of a bundle that no suppression covers, in the
// place of all.
func (s *Set) Apply(b *manifest.Bundle, found []lint.Diagnostic) []lint.Diagnostic {
	for _, file := range b.Files {
		if bytes.Contains(file.Data, []byte(marker)) {
			s.inFile(file, b.Name)
		}
	}
	for _, o := range b.Objects {
		s.ofObject(o, b.Name)
	}
	for _, entry := range s.ofConfiguration {
		entry.addBundle(b.Name)
	}
	return s.filter(found)
}

// Suppressed returns the number of diagnostics that were suppressed, after
// those of several bundles are merged.
func (s *Set) Suppressed() int { return len(lint.Merge(s.suppressed)) }

func (s *Set) filter(found []lint.Diagnostic) []lint.Diagnostic {
	kept := found[:0]
	for i := range found {
		if d := &found[i]; s.covers(d) {
			s.suppressed = append(s.suppressed, *d)
		} else {
			kept = append(kept, *d)
		}
	}
	return kept
}

// covers reports whether a suppression covers a diagnostic, and notes for all
// that do that they are of use.
func (s *Set) covers(d *lint.Diagnostic) bool {
	covered := false
	ask := func(candidates []*suppression) {
		for _, c := range candidates {
			if slices.Contains(c.rules, d.Rule.Name) && !c.expired(s.today) && c.covers(d) {
				c.use(d.Rule.Name)
				covered = true
			}
		}
	}
	ask(s.ofConfiguration)
	if d.Object != nil {
		ask(s.ofObject(d.Object, ""))
		ask(s.inFile(d.Object.File(), ""))
	}
	for place := range placesOf(d) {
		ask(s.inFile(place.File, ""))
	}
	return covered
}

// inFile returns the suppressions in a file that a bundle holds, "" for one that
// a diagnostic only points at.
func (s *Set) inFile(file *manifest.File, bundle string) []*suppression {
	if file == nil || s.silent[file] {
		return nil
	}
	if !bytes.Contains(file.Data, []byte(marker)) {
		s.silent[file] = true
		return nil
	}
	// The text that a template was rendered to has the template's name.
	key := file.Name + "\x00" + strconv.Itoa(len(file.Data))
	list, read := s.found[key]
	if !read {
		list = comments(file)
		s.found[key] = list
	}
	for _, c := range list {
		c.addBundle(bundle)
	}
	return list
}

// ofObject returns the suppressions in an object's annotation.
func (s *Set) ofObject(o *manifest.Object, bundle string) []*suppression {
	value := o.Value.At(annotationPath).Text()
	if value == "" {
		return nil
	}
	at := o.At(annotationPath)
	key := strings.Join([]string{at.Span.File.Name, strconv.Itoa(at.Span.Start), o.ID.Kind, o.ID.Namespace, o.ID.Name}, "\x00")
	list, read := s.found[key]
	if !read {
		for _, part := range strings.Split(value, ";") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, &suppression{directive: parse(part), span: at.Span, object: o})
			}
		}
		s.found[key] = list
	}
	for _, c := range list {
		c.addBundle(bundle)
	}
	return list
}

var annotationPath = manifest.Field("metadata", "annotations", Annotation)

// all returns all suppressions in the order of their places.
func (s *Set) all() []*suppression {
	all := slices.Clone(s.ofConfiguration)
	for _, key := range slices.Sorted(maps.Keys(s.found)) {
		all = append(all, s.found[key]...)
	}
	slices.SortStableFunc(all, func(a, b *suppression) int {
		return cmp.Or(cmp.Compare(a.span.File.Name, b.span.File.Name), cmp.Compare(a.span.Start, b.span.Start))
	})
	return all
}
