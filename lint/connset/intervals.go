package connset

import (
	"cmp"
	"slices"
	"sort"
)

// Interval is a half-open range of whole numbers.
type Interval struct{ From, To uint32 }

// Intervals is a set of whole numbers: its intervals are sorted, not empty, and
// neither overlap nor touch. The zero value is the empty set.
type Intervals []Interval

// Span returns the numbers from one to just before another.
func Span(from, to uint32) Intervals {
	if from >= to {
		return nil
	}
	return Intervals{{from, to}}
}

// IntervalsOf returns the set of some numbers, in any order.
func IntervalsOf(numbers ...uint32) Intervals {
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	var s Intervals
	for _, n := range sorted {
		s = s.push(Interval{n, n + 1})
	}
	return s
}

// push adds an interval that begins where the last one begins or later.
func (s Intervals) push(i Interval) Intervals {
	if n := len(s); n > 0 && i.From <= s[n-1].To {
		s[n-1].To = max(s[n-1].To, i.To)
		return s
	}
	return append(s, i)
}

// Empty reports whether nothing is in the set.
func (s Intervals) Empty() bool { return len(s) == 0 }

// Count returns how many numbers are in the set.
func (s Intervals) Count() int {
	n := 0
	for _, i := range s {
		n += int(i.To - i.From)
	}
	return n
}

// Has reports whether a number is in the set.
func (s Intervals) Has(n uint32) bool {
	i := s.after(n)
	return i < len(s) && s[i].From <= n
}

// after returns the index of the first interval that ends behind a number.
func (s Intervals) after(n uint32) int {
	return sort.Search(len(s), func(i int) bool { return s[i].To > n })
}

// Equal reports whether both sets hold the same numbers.
func (s Intervals) Equal(t Intervals) bool { return slices.Equal(s, t) }

// Union returns what is in either set.
func (s Intervals) Union(t Intervals) Intervals {
	switch {
	case len(s) == 0:
		return t
	case len(t) == 0:
		return s
	case len(s) == 1 && s[0].From <= t[0].From && t[len(t)-1].To <= s[0].To:
		return s
	case len(t) == 1 && t[0].From <= s[0].From && s[len(s)-1].To <= t[0].To:
		return t
	}
	out := make(Intervals, 0, len(s)+len(t))
	for len(s) > 0 && len(t) > 0 {
		if s[0].From <= t[0].From {
			out, s = out.push(s[0]), s[1:]
		} else {
			out, t = out.push(t[0]), t[1:]
		}
	}
	for _, rest := range [...]Intervals{s, t} {
		for len(rest) > 0 && len(out) > 0 && rest[0].From <= out[len(out)-1].To {
			out, rest = out.push(rest[0]), rest[1:]
		}
		out = append(out, rest...)
	}
	return out
}

// UnionAll returns what is in any of the sets.
func UnionAll(sets ...Intervals) Intervals {
	switch len(sets) {
	case 0:
		return nil
	case 1:
		return sets[0]
	case 2:
		return sets[0].Union(sets[1])
	}
	n := 0
	for _, s := range sets {
		n += len(s)
	}
	all := make([]Interval, 0, n)
	for _, s := range sets {
		all = append(all, s...)
	}
	return union(all)
}

// union returns the numbers that are in any of the intervals, whose memory it
// takes.
func union(all []Interval) Intervals {
	slices.SortFunc(all, func(a, b Interval) int { return cmp.Compare(a.From, b.From) })
	out := Intervals(all[:0])
	for _, i := range all {
		out = out.push(i)
	}
	if len(out) < len(all)/2 {
		return slices.Clone(out)
	}
	return slices.Clip(out)
}

// Intersect returns what is in both sets.
func (s Intervals) Intersect(t Intervals) Intervals {
	if len(s) > len(t) {
		s, t = t, s
	}
	if len(s) == 1 {
		return t.Within(s[0])
	}
	var out Intervals
	for _, i := range s {
		// The sets may differ greatly in length: search for the first that meets.
		t = t[t.after(i.From):]
		for j := 0; j < len(t) && t[j].From < i.To; j++ {
			out = append(out, Interval{max(i.From, t[j].From), min(i.To, t[j].To)})
		}
	}
	return out
}

// Within returns what of the set lies in an interval. It shares the set's memory
// unless an interval is cut.
func (s Intervals) Within(i Interval) Intervals {
	first := s.after(i.From)
	last := first + sort.Search(len(s)-first, func(n int) bool { return s[first+n].From >= i.To })
	s = slices.Clip(s[first:last])
	if len(s) == 0 {
		return nil
	}
	if end := len(s) - 1; s[0].From < i.From || s[end].To > i.To {
		s = slices.Clone(s)
		s[0].From, s[end].To = max(s[0].From, i.From), min(s[end].To, i.To)
	}
	return s
}

// Overlaps reports whether some number is in both sets.
func (s Intervals) Overlaps(t Intervals) bool {
	if len(s) > len(t) {
		s, t = t, s
	}
	for _, i := range s {
		t = t[t.after(i.From):]
		if len(t) > 0 && t[0].From < i.To {
			return true
		}
	}
	return false
}

// Minus returns what is in s and not in t.
func (s Intervals) Minus(t Intervals) Intervals {
	if len(s) == 0 || len(t) == 0 || s[len(s)-1].To <= t[0].From || t[len(t)-1].To <= s[0].From {
		return s
	}
	out := make(Intervals, 0, len(s)+1)
	for _, i := range s {
		t = t[t.after(i.From):]
		for j := 0; j < len(t) && t[j].From < i.To; j++ {
			if i.From < t[j].From {
				out = append(out, Interval{i.From, t[j].From})
			}
			i.From = t[j].To
		}
		if i.From < i.To {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// Contains reports whether all of t is in s.
func (s Intervals) Contains(t Intervals) bool {
	for _, i := range t {
		s = s[s.after(i.From):]
		if len(s) == 0 || s[0].From > i.From || s[0].To < i.To {
			return false
		}
	}
	return true
}
