package load

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Use says what became of a file or folder of the input.
type Use struct {
	File string
	// As is what the file was read as, or why it was not.
	As string
	// Bundles are the names of the bundles that it is in.
	Bundles []string
}

// used is a file that a unit was read from, and how many objects that gave.
type used struct {
	file, as string
	objects  int
}

func usedBy(all []used, lists ...[]unit) []used {
	for _, u := range slices.Concat(lists...) {
		for _, file := range u.files {
			all = append(all, used{file.Name, u.as, len(u.objects)})
		}
	}
	return all
}

// Files explains every file that was found: those that were read, in the bundles
// that they are in, and those that were passed over or not analysed.
func (r *Result) Files() []Use {
	all := map[string]*Use{}
	use := func(file, as string) *Use {
		u := all[file]
		if u == nil {
			u = &Use{File: file, As: as}
			all[file] = u
		}
		return u
	}
	for _, u := range r.used {
		as := u.as
		if as == "" {
			as = fmt.Sprintf("plain manifest, objects that matter: %d", u.objects)
		}
		use(u.file, as)
	}
	for _, b := range r.read {
		for _, file := range b.Files {
			u := use(file.Name, "")
			u.Bundles = append(u.Bundles, b.Name)
		}
		for _, s := range b.Skipped {
			use(s.File, "not analysed: "+s.Reason)
		}
	}
	for _, s := range r.Passed {
		use(s.File, s.Reason)
	}
	var out []Use
	for _, u := range all {
		slices.Sort(u.Bundles)
		u.Bundles = slices.Compact(u.Bundles)
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Compare(a.File, b.File) })
	return out
}

// PassedReasons counts what was passed over by reason, sorted by reason.
func (r *Result) PassedReasons() []string {
	count := map[string]int{}
	for _, s := range r.Passed {
		count[s.Reason]++
	}
	var lines []string
	for _, reason := range slices.Sorted(maps.Keys(count)) {
		lines = append(lines, fmt.Sprintf("%d %s", count[reason], reason))
	}
	return lines
}
