// Package baseline tells findings that were there before from new ones.
//
// A finding is known by its rule, its object and its field, list indexes left
// out; one about a file by its rule and that file. Neither lines nor the order
// of documents nor the file of an object matter. Findings that are alike are
// counted: as many as there were are known, the next one is new.
package baseline

import (
	"cmp"
	"maps"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// Key is what a finding is known by.
type Key struct {
	Rule      string `json:"rule"`
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	Path      string `json:"path,omitempty"`
	// File is set for findings about files.
	File string `json:"file,omitempty"`
}

// Entry is a number of findings that are alike.
type Entry struct {
	Key
	Count int `json:"count"`
}

// Baseline is findings that were there before.
type Baseline struct {
	counts map[Key]int
}

// Of returns the baseline that holds some findings. name gives the name by
// which a file is known.
func Of(found []lint.Diagnostic, name func(file string) string) *Baseline {
	b := &Baseline{counts: map[Key]int{}}
	for _, d := range found {
		b.counts[keyOf(d, name)]++
	}
	return b
}

func keyOf(d lint.Diagnostic, name func(file string) string) Key {
	k := Key{Rule: d.Rule.Name}
	switch {
	case d.Object != nil:
		k.Kind, k.Namespace, k.Name = d.Object.ID.Kind, d.Object.ID.Namespace, d.Object.ID.Name
		k.Path = blanked(d.Path)
	case d.Origin.Span.File != nil:
		k.File = name(d.Origin.Span.File.Name)
	}
	return k
}

// blanked writes a path without the indexes of lists: spec.ingress[].from.
func blanked(p manifest.Path) string {
	var text string
	from := 0
	for i, step := range p {
		if step.IsItem() {
			text += join(text, p[from:i].String()) + "[]"
			from = i + 1
		}
	}
	return text + join(text, p[from:].String())
}

// join puts a dot before what follows the item of a list.
func join(before, text string) string {
	if before != "" && text != "" && text[0] != '[' {
		return "." + text
	}
	return text
}

// New returns the findings that the baseline does not hold, how many it does,
// and the entries, or parts of them, that match nothing.
func (b *Baseline) New(found []lint.Diagnostic, name func(file string) string) (fresh []lint.Diagnostic, known int, stale []Entry) {
	left := maps.Clone(b.counts)
	for _, d := range found {
		if k := keyOf(d, name); left[k] > 0 {
			left[k]--
			known++
		} else {
			fresh = append(fresh, d)
		}
	}
	return fresh, known, entries(left)
}

// Entries returns what the baseline holds, sorted.
func (b *Baseline) Entries() []Entry { return entries(b.counts) }

// Len returns the number of findings that the baseline holds.
func (b *Baseline) Len() int {
	n := 0
	for _, count := range b.counts {
		n += count
	}
	return n
}

func entries(counts map[Key]int) []Entry {
	var all []Entry
	for k, n := range counts {
		if n > 0 {
			all = append(all, Entry{k, n})
		}
	}
	slices.SortFunc(all, func(a, b Entry) int {
		return cmp.Or(
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Path, b.Path),
		)
	})
	return all
}
