package rules

import (
	"github.com/nplint/nplint/lint/graph"
)

// lexicon is some workloads by their labels. It remembers its parts, because
// policies that were written alike ask for the same ones.
type lexicon struct {
	workloads []*graph.Workload
	with      map[string]map[string][]*graph.Workload // by key and value
	parts     map[string]*lexicon                     // by selector
}

// newLexicon returns the lexicon of workloads. Those that Helm runs around an
// installation are left out: nobody writes a policy and means them by accident.
func newLexicon(workloads []*graph.Workload) *lexicon {
	l := &lexicon{with: map[string]map[string][]*graph.Workload{}, parts: map[string]*lexicon{}}
	for _, w := range workloads {
		if w.Hook {
			continue
		}
		l.workloads = append(l.workloads, w)
		for key, value := range w.Labels {
			if l.with[key] == nil {
				l.with[key] = map[string][]*graph.Workload{}
			}
			l.with[key][value] = append(l.with[key][value], w)
		}
	}
	return l
}

// part returns the lexicon of the workloads that a selector matches.
func (l *lexicon) part(s graph.Selector) *lexicon {
	if s.Everything() {
		return l
	}
	name := s.String()
	if l.parts[name] == nil {
		l.parts[name] = newLexicon(l.matching(s))
	}
	return l.parts[name]
}

// matching returns the workloads that a selector matches, in their order.
func (l *lexicon) matching(s graph.Selector) []*graph.Workload {
	candidates := l.workloads
	for _, key := range s.Keys() {
		value, pinned := s.Pinned(key)
		if found := l.with[key][value]; pinned && len(found) < len(candidates) {
			candidates = found
		}
	}
	var matched []*graph.Workload
	for _, w := range candidates {
		if s.Matches(w.Labels) {
			matched = append(matched, w)
		}
	}
	return matched
}
