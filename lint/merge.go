package lint

import (
	"cmp"
	"slices"

	"github.com/nplint/nplint/lint/manifest"
)

// Merge joins the diagnostics of several bundles and sorts them by file, place,
// rule, object and message. Those that agree in all but their bundle and
// witness become one, with the witness of the first bundle by name.
func Merge(diagnostics []Diagnostic) []Diagnostic {
	order := make([]*Diagnostic, len(diagnostics)) // they are large
	for i := range diagnostics {
		order[i] = &diagnostics[i]
	}
	slices.SortStableFunc(order, func(a, b *Diagnostic) int {
		if c := compare(a, b); c != 0 {
			return c
		}
		return slices.Compare(a.Bundles, b.Bundles)
	})
	merged := make([]Diagnostic, 0, len(order))
	for _, d := range order {
		if n := len(merged); n > 0 && compare(&merged[n-1], d) == 0 {
			merged[n-1].Bundles = union(merged[n-1].Bundles, d.Bundles)
			continue
		}
		merged = append(merged, *d)
	}
	return merged
}

func compare(a, b *Diagnostic) int {
	if c := compareSpans(a.Origin.Span, b.Origin.Span); c != 0 {
		return c
	}
	if c := cmp.Or(cmp.Compare(a.Rule.Name, b.Rule.Name), compareObjects(a.Object, b.Object)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Path.String(), b.Path.String()),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Certainty, b.Certainty),
		slices.CompareFunc(a.Related, b.Related, func(a, b Related) int {
			return cmp.Or(compareSpans(a.Origin.Span, b.Origin.Span), cmp.Compare(a.Message, b.Message))
		}),
	)
}

func compareSpans(a, b manifest.Span) int {
	var nameA, nameB string
	if a.File != nil {
		nameA = a.File.Name
	}
	if b.File != nil {
		nameB = b.File.Name
	}
	return cmp.Or(cmp.Compare(nameA, nameB), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

func compareObjects(a, b *manifest.Object) int {
	var idA, idB manifest.ID
	if a != nil {
		idA = a.ID
	}
	if b != nil {
		idB = b.ID
	}
	return cmp.Or(
		cmp.Compare(idA.Kind, idB.Kind), cmp.Compare(idA.Namespace, idB.Namespace),
		cmp.Compare(idA.Name, idB.Name), cmp.Compare(idA.APIVersion, idB.APIVersion),
	)
}

// union joins two sorted lists. Bundles come in the order of their names, so
// that most often one list follows the other.
func union(a, b []string) []string {
	if len(a) > 0 && len(b) > 0 && a[len(a)-1] < b[0] {
		return append(a, b...)
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
