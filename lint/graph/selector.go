package graph

import (
	"maps"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/work"
)

// Selector is a compiled label selector: a box with one set of values per key,
// all of which must hold (metav1.LabelSelector). The zero Selector selects
// everything. All its questions are decided exactly, for every set of labels
// that could ever exist.
type Selector struct {
	keys []string // sorted
	sets []keySet // in step with keys
	// Invalid says that what the selector selects is a guess: the API server
	// rejects it for an unknown operator, for values where there may be none or
	// none where there must be one; or it still holds a template's variable.
	Invalid bool
}

// NewSelector compiles a metav1.LabelSelector. Absent, null and {} all select
// everything; a caller for which an absent selector means something else must
// look first.
func NewSelector(v manifest.Value) Selector {
	s := Selector{Invalid: v.Kind() != manifest.Map && !v.Empty()}
	for _, label := range v.Get("matchLabels").Members() {
		value := label.Value
		s.Invalid = s.Invalid || value.Kind() == manifest.Map || value.Kind() == manifest.List || !ValidLabelKey(label.Key) || !ValidLabelValue(value.Text())
		s.require(label.Key, keySet{values: []string{value.Text()}})
	}
	for _, e := range v.Get("matchExpressions").Items() {
		values := texts(e.Get("values"))
		slices.Sort(values)
		values = slices.Compact(values)
		key := e.Get("key").Text()
		s.Invalid = s.Invalid || !ValidLabelKey(key) || slices.ContainsFunc(values, func(value string) bool { return !ValidLabelValue(value) })
		switch operator := e.Get("operator").Text(); operatorWords[strings.ToLower(operator)] {
		case "In":
			s.Invalid = s.Invalid || len(values) == 0
			s.require(key, keySet{values: values})
		case "NotIn":
			s.Invalid = s.Invalid || len(values) == 0
			s.require(key, keySet{values: values, negated: true, absent: true})
		case "Exists":
			s.Invalid = s.Invalid || len(values) > 0
			s.require(key, keySet{negated: true})
		case "DoesNotExist":
			s.Invalid = s.Invalid || len(values) > 0
			s.require(key, keySet{absent: true})
		default:
			s.Invalid = true
		}
	}
	return s
}

// operatorWords holds the operators, which are read in any case.
var operatorWords = map[string]string{"in": "In", "notin": "NotIn", "exists": "Exists", "doesnotexist": "DoesNotExist"}

// SelectorOf returns the selector for exact labels, as Services write them.
func SelectorOf(labels map[string]string) Selector {
	var s Selector
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		s.require(key, keySet{values: []string{labels[key]}})
	}
	return s
}

func (s *Selector) require(key string, set keySet) {
	s.Invalid = s.Invalid || isTemplate(key) || slices.ContainsFunc(set.values, isTemplate)
	i, found := slices.BinarySearch(s.keys, key)
	if found {
		s.sets[i] = s.sets[i].intersect(set)
		return
	}
	s.keys = slices.Insert(s.keys, i, key)
	s.sets = slices.Insert(s.sets, i, set)
}

// isTemplate reports whether a text is still to be filled in by something that
// runs later, such as the substitution of Flux.
func isTemplate(text string) bool {
	return strings.Contains(text, "${") || strings.Contains(text, "$(") || strings.Contains(text, "{{")
}

// Everything reports whether every set of labels matches.
func (s Selector) Everything() bool { return len(s.keys) == 0 && !s.Invalid }

// Unsatisfiable reports whether no set of labels can match.
func (s Selector) Unsatisfiable() bool { return slices.ContainsFunc(s.sets, keySet.empty) }

// Contradiction returns the first key of which nothing is left that could match.
func (s Selector) Contradiction() (key string, found bool) {
	i := slices.IndexFunc(s.sets, keySet.empty)
	if i < 0 {
		return "", false
	}
	return s.keys[i], true
}

// Matches reports whether labels match. NotIn and DoesNotExist match where the
// key is absent.
func (s Selector) Matches(labels map[string]string) bool {
	work.Selectors.Add(1)
	for i, key := range s.keys {
		value, present := labels[key]
		if !s.sets[i].has(value, present) {
			return false
		}
	}
	return true
}

// MatchesKey reports whether labels meet what the selector asks of one key.
func (s Selector) MatchesKey(key string, labels map[string]string) bool {
	work.Selectors.Add(1)
	value, present := labels[key]
	return s.set(key).has(value, present)
}

// Requires reports whether the selector asks of a key only that it is there.
func (s Selector) Requires(key string) bool {
	set := s.set(key)
	return set.negated && len(set.values) == 0 && !set.absent
}

// Forbids reports whether the selector asks that a key is not there.
func (s Selector) Forbids(key string) bool {
	set := s.set(key)
	return !set.negated && len(set.values) == 0 && set.absent
}

// Truth is the answer to a question about something not fully known.
type Truth uint8

// The answers.
const (
	No Truth = iota
	Maybe
	Yes
)

// matchesPartly answers for labels of which only some are known.
func (s Selector) matchesPartly(known map[string]string) Truth {
	work.Selectors.Add(1)
	answer := Yes
	for i, key := range s.keys {
		value, present := known[key]
		switch {
		case present && !s.sets[i].has(value, true), s.sets[i].empty():
			return No
		case !present:
			answer = Maybe
		}
	}
	return answer
}

// Implies reports whether whatever matches s matches t.
func (s Selector) Implies(t Selector) bool {
	work.Selectors.Add(1)
	if s.Unsatisfiable() {
		return true
	}
	for i, key := range t.keys {
		if !s.set(key).within(t.sets[i]) {
			return false
		}
	}
	return true
}

// Overlaps reports whether some set of labels matches both.
func (s Selector) Overlaps(t Selector) bool {
	work.Selectors.Add(1)
	both := Selector{keys: slices.Clone(s.keys), sets: slices.Clone(s.sets)}
	for i, key := range t.keys {
		both.require(key, t.sets[i])
	}
	return !both.Unsatisfiable()
}

// Equal reports whether s and t match the same sets of labels.
func (s Selector) Equal(t Selector) bool { return s.Implies(t) && t.Implies(s) }

// Without returns the selector without what it asks of a key.
func (s Selector) Without(key string) Selector {
	i, found := slices.BinarySearch(s.keys, key)
	if !found {
		return s
	}
	return Selector{
		keys: slices.Delete(slices.Clone(s.keys), i, i+1), sets: slices.Delete(slices.Clone(s.sets), i, i+1), Invalid: s.Invalid,
	}
}

func (s Selector) set(key string) keySet {
	if i, found := slices.BinarySearch(s.keys, key); found {
		return s.sets[i]
	}
	return keySet{negated: true, absent: true}
}

// Keys returns the label keys that the selector mentions, sorted.
func (s Selector) Keys() []string { return s.keys }

// Values returns the values that a key may have, sorted, where the selector
// lists them.
func (s Selector) Values(key string) ([]string, bool) {
	set := s.set(key)
	return set.values, !set.negated && !set.absent
}

// Pinned returns the value that the selector pins a key to, if it does.
func (s Selector) Pinned(key string) (value string, pinned bool) { return s.set(key).one() }

// Labels returns the keys that the selector pins to one value.
func (s Selector) Labels() map[string]string {
	labels := map[string]string{}
	for i, key := range s.keys {
		if value, pinned := s.sets[i].one(); pinned {
			labels[key] = value
		}
	}
	return labels
}

// String writes the selector as messages quote it: "app: web, tier in (a, b)",
// or {} for one that selects everything.
func (s Selector) String() string {
	if len(s.keys) == 0 {
		return "{}"
	}
	parts := make([]string, len(s.keys))
	for i, key := range s.keys {
		parts[i] = s.sets[i].describe(key)
	}
	return strings.Join(parts, ", ")
}
