package rules

import (
	"cmp"
	"iter"
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// subjectIndex finds, among policies of one namespace, those that select all pods
// of another policy's subject, whatever pods there may be. A subject that pins
// a label can contain only subjects that pin it too, so that few candidates
// are left to compare.
type subjectIndex struct {
	pinned map[pin][]*graph.Policy
	others []*graph.Policy
}

type pin struct{ key, value string }

func indexSubjects(policies []*graph.Policy) subjectIndex {
	s := subjectIndex{pinned: map[pin][]*graph.Policy{}}
	for _, p := range policies {
		if p.Subject.Invalid || p.Subject.Unsatisfiable() {
			continue
		}
		if at, found := firstPin(p.Subject); found {
			s.pinned[at] = append(s.pinned[at], p)
		} else {
			s.others = append(s.others, p)
		}
	}
	return s
}

func firstPin(s graph.Selector) (pin, bool) {
	for _, key := range s.Keys() {
		if value, pinned := s.Pinned(key); pinned {
			return pin{key, value}, true
		}
	}
	return pin{}, false
}

// candidates returns how many policies containing compares with p.
func (s subjectIndex) candidates(p *graph.Policy) int {
	n := len(s.others)
	for _, key := range p.Subject.Keys() {
		if value, pinned := p.Subject.Pinned(key); pinned {
			n += len(s.pinned[pin{key, value}])
		}
	}
	return n
}

// containingAmong returns those of some policies that [subjectIndex.containing]
// ranges over, in the same order. The policies stand in the order of the index.
func (s subjectIndex) containingAmong(p *graph.Policy, some []*graph.Policy) []*graph.Policy {
	if p.Subject.Invalid || p.Subject.Unsatisfiable() {
		return nil
	}
	var found []*graph.Policy
	for _, q := range some {
		if q == p || q.Subject.Invalid || q.Subject.Unsatisfiable() {
			continue
		}
		if at, pinned := firstPin(q.Subject); pinned {
			if value, same := p.Subject.Pinned(at.key); !same || value != at.value {
				continue
			}
		}
		if p.Subject.Implies(q.Subject) {
			found = append(found, q)
		}
	}
	turn := func(q *graph.Policy) int {
		at, _ := firstPin(q.Subject)
		return slices.Index(p.Subject.Keys(), at.key) // that of no pin comes first
	}
	slices.SortStableFunc(found, func(a, b *graph.Policy) int { return cmp.Compare(turn(a), turn(b)) })
	return found
}

// containing ranges over the policies, other than p, whose subject contains that
// of p.
func (s subjectIndex) containing(p *graph.Policy) iter.Seq[*graph.Policy] {
	return func(yield func(*graph.Policy) bool) {
		if p.Subject.Invalid || p.Subject.Unsatisfiable() {
			return
		}
		among := func(candidates []*graph.Policy) bool {
			for _, q := range candidates {
				if q != p && p.Subject.Implies(q.Subject) && !yield(q) {
					return false
				}
			}
			return true
		}
		if !among(s.others) {
			return
		}
		for _, key := range p.Subject.Keys() {
			if value, pinned := p.Subject.Pinned(key); pinned && !among(s.pinned[pin{key, value}]) {
				return
			}
		}
	}
}
