package load

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// unit is the smallest part of the input that is applied as a whole: a plain
// file, or all that one tree or chart builds. path is where it lies; as says
// what its files were read as, "" for plain manifests.
type unit struct {
	path, as string
	*reading
}

// divide divides units into clusters' views. All units are one bundle, unless
// two of them define the same thing: then the folder in which their paths part
// is a fork, and the names directly below it are branches, alternatives to each
// other. Branches of one name at different forks go together; a fork within a
// branch splits it again; a unit below no fork is in every bundle. What a fork
// without a branch of that name leaves out is named in the bundle. dir is the
// working directory.
func divide(dir string, units []unit) []*manifest.Bundle {
	divisions := divideWithin(units, "")
	count := map[string]int{}
	for _, d := range divisions {
		count[path.Base(d.path)]++
	}
	var out []*manifest.Bundle
	for _, d := range divisions {
		b := &manifest.Bundle{Name: path.Base(d.path)}
		switch {
		case d.path == "":
			b.Name = "default"
		case count[b.Name] > 1:
			b.Name = d.path
		}
		for _, u := range d.units {
			fill(b, u)
		}
		for _, fork := range d.left {
			b.Skipped = append(b.Skipped, manifest.Skipped{
				File: display(dir, fork), Reason: "holds nothing for the bundle " + b.Name + ", which is analysed without it",
			})
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b *manifest.Bundle) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// markAlternatives tells bundles apart that others come with policies beside.
func markAlternatives(bundles []*manifest.Bundle) {
	for _, b := range bundles {
		b.Alternative = slices.ContainsFunc(bundles, func(other *manifest.Bundle) bool { return other != b && hasPolicies(other) })
	}
}

func hasPolicies(b *manifest.Bundle) bool {
	return slices.ContainsFunc(b.Objects, func(o *manifest.Object) bool { return strings.HasSuffix(o.ID.Kind, "NetworkPolicy") })
}

func fill(b *manifest.Bundle, u unit) {
	b.Files = append(b.Files, u.files...)
	b.Objects = append(b.Objects, u.objects...)
	b.Problems = append(b.Problems, u.problems...)
	b.Skipped = append(b.Skipped, u.skipped...)
}

// addCharts gives every chart a bundle of its own, named by its folder, or by
// its path where another bundle has that name. A bundle in which nothing was
// found gives way to them. What is to be said of a chart in which nothing was
// found is said in every bundle.
func addCharts(bundles []*manifest.Bundle, charts []unit) []*manifest.Bundle {
	var skipped []manifest.Skipped
	count := map[string]int{}
	for _, b := range bundles {
		count[b.Name]++
	}
	for _, u := range charts {
		count[path.Base(u.path)]++
	}
	for _, u := range charts {
		b := &manifest.Bundle{Name: path.Base(u.path)}
		if count[b.Name] > 1 || b.Name == "." {
			b.Name = u.path
		}
		if fill(b, u); len(b.Objects)+len(b.Problems) > 0 {
			bundles = append(bundles, b)
		} else {
			skipped = append(skipped, b.Skipped...)
		}
	}
	if len(bundles) > 1 {
		bundles = slices.DeleteFunc(bundles, func(b *manifest.Bundle) bool {
			return len(b.Objects)+len(b.Problems)+len(b.Skipped) == 0
		})
	}
	for _, b := range bundles {
		b.Skipped = append(b.Skipped, skipped...)
	}
	slices.SortFunc(bundles, func(a, b *manifest.Bundle) int { return strings.Compare(a.Name, b.Name) })
	return bundles
}

// division is a bundle in the making; path is made of the names of its
// branches from the outermost fork inwards.
type division struct {
	path  string
	units []unit
	left  []string // forks that have no such branch
}

func divideWithin(units []unit, within string) []division {
	forks := outermost(conflicts(units))
	if len(forks) == 0 {
		return []division{{path: within, units: units}}
	}
	var shared []unit
	branches := map[string][]unit{}
	has := map[[2]string]bool{} // by fork and branch
	for _, u := range units {
		if fork, branch, below := branchOf(u.path, forks); below {
			branches[branch] = append(branches[branch], u)
			has[[2]string{fork, branch}] = true
		} else {
			shared = append(shared, u)
		}
	}
	var out []division
	for _, name := range slices.Sorted(maps.Keys(branches)) {
		var left []string
		for _, fork := range slices.Sorted(maps.Keys(forks)) {
			if !has[[2]string{fork, name}] {
				left = append(left, fork)
			}
		}
		for _, d := range divideWithin(slices.Concat(shared, branches[name]), path.Join(within, name)) {
			d.left = append(d.left, left...)
			out = append(out, d)
		}
	}
	return out
}

// conflicts returns the folders in which the paths of units part that define
// the same workload or the same policy in a resolved namespace. Namespaces that
// are not resolved count as equal for workloads. Plain files of one folder do not
// part for policies that only share a name.
func conflicts(units []unit) map[string]bool {
	type owner struct {
		unit
		object *manifest.Object
	}
	count := map[manifest.ID]int{}
	for _, u := range units {
		for _, o := range u.objects {
			if id, ok := exclusive(o); ok {
				count[id]++
			}
		}
	}
	maps.DeleteFunc(count, func(_ manifest.ID, n int) bool { return n == 1 })
	if len(count) == 0 {
		return nil
	}
	owners := map[manifest.ID][]owner{}
	for _, u := range units {
		for _, o := range u.objects {
			if id, ok := exclusive(o); ok && count[id] > 1 {
				owners[id] = append(owners[id], owner{u, o})
			}
		}
	}
	forks := map[string]bool{}
	for _, all := range owners {
		slices.SortStableFunc(all, func(a, b owner) int { return strings.Compare(a.path, b.path) })
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			beside := a.as == "" && b.as == "" && path.Dir(a.path) == path.Dir(b.path)
			if a.path != b.path && !(beside && namesakes(a.object, b.object)) {
				forks[common(a.path, b.path)] = true
			}
		}
	}
	return forks
}

// namesakes reports whether two policies have one name by accident: they are for
// different pods, which alternatives are not.
func namesakes(a, b *manifest.Object) bool {
	subject := func(o *manifest.Object) manifest.Value { return o.Value.Get("spec").Get("podSelector") }
	return strings.HasSuffix(a.ID.Kind, "NetworkPolicy") && !subject(a).Equal(subject(b))
}

// exclusive returns the identity that only one of several alternatives may
// have. Namespaces and Services are declared by whoever needs them.
func exclusive(o *manifest.Object) (manifest.ID, bool) {
	id := manifest.ID{APIVersion: o.ID.Group(), Kind: o.ID.Kind, Namespace: o.ID.Namespace, Name: o.ID.Name}
	switch {
	case id.Name == "":
		return id, false
	case strings.HasSuffix(id.Kind, "NetworkPolicy"):
		return id, id.Namespace != "" || !schema.Namespaced(id.Kind)
	}
	return id, o.Template != nil || schema.Workload(id.APIVersion, id.Kind)
}

// common returns the folder that holds two paths, "" for the top.
func common(a, b string) string {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return strings.Join(x[:n], "/")
}

// outermost returns the folders of a set that lie below no other one.
func outermost(folders map[string]bool) map[string]bool {
	out := map[string]bool{}
	for f := range folders {
		if _, _, below := branchOf(path.Dir("/" + f)[1:], folders); f == "" || !below {
			out[f] = true
		}
	}
	return out
}

// branchOf returns the fork that a path lies in and the name directly below it,
// "." for the fork itself.
func branchOf(p string, forks map[string]bool) (fork, branch string, below bool) {
	elements := strings.Split(p, "/")
	for i := range elements {
		if fork := strings.Join(elements[:i], "/"); forks[fork] {
			return fork, elements[i], true
		}
	}
	return p, ".", forks[p]
}
