package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// nearMiss says why a selector matches none of some workloads although it
// nearly does.
type nearMiss struct {
	key  string // the label that is to blame
	why  string // what is written and what there is
	typo bool   // one label is spelt differently; otherwise all but one match
	like *graph.Workload
}

// findNearMiss looks for workloads that a selector would match if one of its
// labels were spelt differently, or for one of several labels.
func findNearMiss(s graph.Selector, workloads []*graph.Workload) (nearMiss, bool) {
	labels := s.Labels()
	for _, key := range s.Keys() {
		value, pinned := labels[key]
		if !pinned {
			continue
		}
		if miss, found := misspelt(s, key, value, workloads); found {
			return miss, true
		}
	}
	if len(s.Keys()) < 2 {
		return nearMiss{}, false
	}
	for _, key := range identityLast(s.Keys()) {
		if value, pinned := labels[key]; pinned {
			if like := matching(s, key, workloads); len(like) > 0 {
				return nearMiss{key: key, like: like[0], why: fmt.Sprintf(
					"no workload has %s: %s beside the other labels, which %s", key, value, has(len(like)))}, true
			}
		}
	}
	return nearMiss{}, false
}

// identityLast moves the keys to the end that say which application pods are
// of: where one of several labels is wrong, it is rather another one.
func identityLast(keys []string) []string {
	identity := []string{"app", "k8s-app", "name", "app.kubernetes.io/name"}
	keys = slices.Clone(keys)
	slices.SortStableFunc(keys, func(a, b string) int {
		return slices.Index(identity, a) - slices.Index(identity, b)
	})
	return keys
}

// misspelt looks for the label with a value, or a key, that looks like it.
func misspelt(s graph.Selector, key, value string, workloads []*graph.Workload) (nearMiss, bool) {
	var values, keys []string
	with := map[string][]*graph.Workload{}
	for _, w := range matching(s, key, workloads) {
		if v, present := w.Labels[key]; present && looksLike(v, value) {
			values = append(values, v)
			with[v] = append(with[v], w)
		}
		for k, v := range w.Labels {
			if v == value && looksLike(k, key) {
				keys = append(keys, k)
				with[k] = append(with[k], w)
			}
		}
	}
	for _, candidates := range [][]string{values, keys} {
		if len(candidates) == 0 {
			continue
		}
		best := slices.Min(candidates)
		there := key + ": " + best
		if with[best][0].Labels[key] != best {
			there = best + ": " + value
		}
		return nearMiss{key: key, typo: true, like: with[best][0], why: fmt.Sprintf(
			"no workload has %s: %s, %s %s", key, value, has(len(with[best])), there)}, true
	}
	return nearMiss{}, false
}

func has(n int) string {
	if n == 1 {
		return "1 workload has"
	}
	return fmt.Sprintf("%d workloads have", n)
}

// matching returns the workloads that a selector matches but for one key.
func matching(s graph.Selector, without string, workloads []*graph.Workload) []*graph.Workload {
	rest := s.Without(without)
	var out []*graph.Workload
	for _, w := range workloads {
		if rest.Matches(w.Labels) {
			out = append(out, w)
		}
	}
	return out
}

// looksLike reports whether two words differ as by a slip of the fingers: by
// at most two letters and less than a third of them, and not only in digits,
// which number things.
func looksLike(a, b string) bool {
	if a == b || strings.Map(letter, a) == strings.Map(letter, b) {
		return false
	}
	longer := max(len(a), len(b))
	distance := levenshtein.ComputeDistance(a, b)
	if swapped(a, b) {
		distance = 1
	}
	return distance <= 2 && distance*3 <= longer
}

func letter(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// swapped reports whether two neighbouring letters changed places.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// labelPath returns the place of a selector's requirement on a key.
func labelPath(o *manifest.Object, selector manifest.Path, key string) manifest.Path {
	if label := selector.Key("matchLabels").Key(key); o.Value.At(label).Exists() {
		return label
	}
	expressions := selector.Key("matchExpressions")
	for i, e := range o.Value.At(expressions).Items() {
		if e.Get("key").Text() == key {
			return expressions.Item(i)
		}
	}
	return selector
}

// externalPods is the annotation that says that the pods of a policy are made
// by something outside the input.
const externalPods = "nplint.dev/external-pods"

// madeElsewhere reports whether the pods that a selector of a policy means are
// made by an operator, or are said to come from outside the input.
func madeElsewhere(options *lint.Options, o *manifest.Object, s graph.Selector) bool {
	if o.Value.Get("metadata").Get("annotations").Get(externalPods).Exists() {
		return true
	}
	return slices.ContainsFunc(s.Keys(), func(key string) bool {
		return slices.ContainsFunc(options.OperatorLabels, func(label string) bool {
			prefix, wildcard := strings.CutSuffix(label, "*")
			return key == label || wildcard && strings.HasPrefix(key, prefix)
		})
	})
}

// elsewhere returns the workloads that a selector matches in namespaces other
// than n, and the one namespace that they are in, nil if there are several.
func elsewhere(g *graph.Graph, n *graph.Namespace, s graph.Selector) ([]*graph.Workload, *graph.Namespace) {
	var found []*graph.Workload
	var only *graph.Namespace
	for _, other := range g.Namespaces {
		if other == n {
			continue
		}
		if matched := other.Select(s); len(matched) > 0 {
			if found = append(found, matched...); len(found) == len(matched) {
				only = other
			} else {
				only = nil
			}
		}
	}
	return found, only
}
