package fix

import (
	"cmp"
	"slices"

	"github.com/nplint/nplint/lint"
)

// Edit replaces the bytes [Start, End) of a file.
type Edit = lint.Edit

// overlap reports whether two edits of one file touch the same bytes. Two
// insertions at one place do not: the first one stays first.
func overlap(a, b Edit) bool {
	return a.File.Name == b.File.Name && a.Start < b.End && b.Start < a.End
}

// touch reports whether nothing stands between two edits of one file.
func touch(a, b Edit) bool {
	return a.File.Name == b.File.Name && a.Start <= b.End && b.Start <= a.End
}

// apply returns a text with the edits of its file made. They must not overlap.
func apply(data []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, data[at:e.Start]...)
		out = append(out, e.Text...)
		at = e.End
	}
	return append(out, data[at:]...)
}
