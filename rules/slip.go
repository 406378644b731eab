package rules

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/nplint/nplint/lint/graph"
)

// danglingSubjects returns the labels that the policies of a namespace ask for
// which select nothing.
func danglingSubjects(n *graph.Namespace) []map[string]string {
	var subjects []map[string]string
	for _, p := range n.Policies {
		if len(p.Workloads) == 0 {
			subjects = append(subjects, p.Subject.Labels())
		}
	}
	return subjects
}

// meantFor reports whether one of some subjects that select nothing was written
// for a workload: all its labels are there but for a slip of the pen or a
// missing one. Such a policy is a finding of its own.
func meantFor(w *graph.Workload, subjects []map[string]string) bool {
	return slices.ContainsFunc(subjects, func(labels map[string]string) bool { return nearlySelects(labels, w) })
}

func nearlySelects(labels map[string]string, w *graph.Workload) bool {
	fit, missing := 0, 0
	for key, value := range labels {
		got, found := w.Labels[key]
		switch {
		case found && slip(got, value), misspeltKey(w, key, value):
			fit++
		case found:
			return false
		default:
			missing++
		}
	}
	return fit > 0 && missing <= 1
}

func misspeltKey(w *graph.Workload, key, value string) bool {
	for k, v := range w.Labels {
		if v == value && slip(k, key) {
			return true
		}
	}
	return false
}

// slip reports whether two words are the same or look like one that is
// misspelt: a letter in every four is wrong, at most two, or two letters are
// swapped.
func slip(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	distance := levenshtein.ComputeDistance(a, b)
	if distance == 2 && slices.Equal(letters(a), letters(b)) {
		return true
	}
	return distance <= min(2, len(b)/4)
}

func letters(s string) []rune {
	r := []rune(s)
	slices.Sort(r)
	return r
}
