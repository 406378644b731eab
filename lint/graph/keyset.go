package graph

import (
	"slices"
	"strings"
)

// keySet is what a selector asks of one label key: a set over all values and
// "absent". In gives a finite set; NotIn everything but some values, absent
// included; Exists every value; DoesNotExist only absent. The set of possible
// values is so much larger than any list that a set with excluded values is
// never empty.
type keySet struct {
	values  []string // sorted, without duplicates
	negated bool     // all values but these
	absent  bool
}

func (s keySet) empty() bool { return !s.negated && !s.absent && len(s.values) == 0 }

// one returns the only value of the set, if it is pinned to one.
func (s keySet) one() (value string, pinned bool) {
	if s.negated || s.absent || len(s.values) != 1 {
		return "", false
	}
	return s.values[0], true
}

func (s keySet) has(value string, present bool) bool {
	if !present {
		return s.absent
	}
	_, listed := slices.BinarySearch(s.values, value)
	return listed != s.negated
}

func (s keySet) intersect(t keySet) keySet {
	out := keySet{absent: s.absent && t.absent}
	switch {
	case s.negated && t.negated:
		out.negated = true
		out.values = union(s.values, t.values)
	case s.negated:
		out.values = filter(t.values, s)
	default:
		out.values = filter(s.values, t)
	}
	return out
}

// within reports whether every member of s is one of t.
func (s keySet) within(t keySet) bool {
	if s.absent && !t.absent {
		return false
	}
	switch {
	case s.negated && t.negated:
		return len(filter(t.values, keySet{values: s.values})) == len(t.values)
	case s.negated:
		return false
	default:
		return len(filter(s.values, t)) == len(s.values)
	}
}

// filter returns the values that are in a set.
func filter(values []string, in keySet) []string {
	var out []string
	for _, v := range values {
		if in.has(v, true) {
			out = append(out, v)
		}
	}
	return out
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// describe writes the set as the requirement on a key that it stands for.
func (s keySet) describe(key string) string {
	list := "(" + strings.Join(s.values, ", ") + ")"
	switch {
	case s.negated && len(s.values) == 0 && s.absent:
		return key + " is anything"
	case s.negated && len(s.values) == 0:
		return key + " exists"
	case s.negated && s.absent:
		return key + " not in " + list
	case s.negated:
		return key + " exists, not in " + list
	case s.absent && len(s.values) == 0:
		return key + " does not exist"
	case s.absent:
		return key + " in " + list + " or absent"
	case len(s.values) == 1 && s.values[0] != "":
		return key + ": " + s.values[0]
	case len(s.values) == 1:
		return key + `: ""`
	default:
		return key + " in " + list
	}
}
