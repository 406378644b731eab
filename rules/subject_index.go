package rules

import (
	"iter"

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
