package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// nearMiss says why a selector matches none of some workloads although it
// nearly does.
type nearMiss struct {
	key, value string         // the label that is to blame
	rest       graph.Selector // what is asked for beside it
	typo       bool           // it is spelt differently, otherwise missing
	like       []*graph.Workload
	likeKey    string // how they spell it
	likeValue  string
}

// findNearMiss looks for workloads that a selector would match if one of its
// labels were spelt differently, or without one of several labels.
func findNearMiss(s graph.Selector, l *lexicon) (nearMiss, bool) {
	for _, key := range s.Keys() {
		values, listed := s.Values(key)
		if !listed {
			continue
		}
		miss := nearMiss{key: key, rest: s.Without(key), typo: true}
		for _, miss.value = range values {
			if miss.misspelt(l.part(miss.rest)) {
				return miss, true
			}
		}
	}
	for _, key := range identityLast(s.Keys()) {
		values, listed := s.Values(key)
		miss := nearMiss{key: key, rest: s.Without(key)}
		if !listed || len(values) != 1 || !singlesOut(miss.rest) {
			continue
		}
		miss.value = values[0]
		if miss.like = l.part(miss.rest).workloads; len(miss.like) > 0 {
			return miss, true
		}
	}
	return nearMiss{}, false
}

// misspelt looks for workloads with a value, or a key, that looks like the one
// that is written.
func (m *nearMiss) misspelt(l *lexicon) bool {
	m.likeKey, m.likeValue = m.key, ""
	for value := range l.with[m.key] {
		if looksLike(value, m.value) && (m.likeValue == "" || value < m.likeValue) {
			m.likeValue = value
		}
	}
	if m.likeValue == "" {
		m.likeKey, m.likeValue = "", m.value
		for key, values := range l.with {
			if len(values[m.value]) > 0 && looksLike(key, m.key) && (m.likeKey == "" || key < m.likeKey) {
				m.likeKey = key
			}
		}
	}
	m.like = l.with[m.likeKey][m.likeValue]
	return len(m.like) > 0
}

// why says what is written and what there is, in the namespaces that where
// names.
func (m *nearMiss) why(where string) string {
	none := fmt.Sprintf("no workload of %s has %s: %s", where, m.key, m.value)
	if !m.rest.Everything() {
		none += " beside " + m.rest.String()
	}
	if !m.typo {
		return fmt.Sprintf("%s, %s %s without it", none, have(len(m.like)), m.rest)
	}
	return fmt.Sprintf("%s, %s %s: %s", none, have(len(m.like)), m.likeKey, m.likeValue)
}

// deliberate reports whether a policy is called after the value that looks
// misspelt: what is written twice is the name of something else.
func (m *nearMiss) deliberate(p *graph.Policy) bool {
	return m.typo && m.likeKey == m.key && strings.Contains(p.Name, m.value) && !strings.Contains(p.Name, m.likeValue)
}

// places points at the first workload that is nearly meant.
func (m *nearMiss) places() []lint.Related {
	w := m.like[0]
	return []lint.Related{{Object: w.Object, Path: w.LabelsPath, Message: "labels of " + w.String()}}
}

func have(n int) string {
	if n == 1 {
		return "1 has"
	}
	return fmt.Sprintf("%d have", n)
}

// sharedKeys are labels that pods of different applications have in common.
var sharedKeys = wordSet("app.kubernetes.io/instance app.kubernetes.io/managed-by app.kubernetes.io/part-of " +
	"app.kubernetes.io/version chart env environment helm.sh/chart heritage owner project release stage team tier version")

// singlesOut reports whether a selector asks for more than what pods of
// different applications have in common.
func singlesOut(s graph.Selector) bool {
	return slices.ContainsFunc(s.Keys(), func(key string) bool {
		_, listed := s.Values(key)
		return listed && !sharedKeys[key]
	})
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
