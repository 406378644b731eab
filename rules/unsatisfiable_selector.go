package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var unsatisfiableSelector = &lint.Rule{
	Name: "unsatisfiable-selector",
	Doc: `selector that nothing can ever match

All labels and expressions of a selector must hold together. Two of them about
one key that exclude each other, such as a label and a NotIn with its value, leave
nothing to select, whatever pods there may be: a policy protects nothing, a peer
admits nobody. The same goes for namespaces without the label
kubernetes.io/metadata.name, which every namespace has, and for values of it that
are no possible name. Pods do not have that label: a podSelector that asks for it is a
warning, because somebody might put it on a pod.

Not checked: expressions that the API server refuses, such as In without values.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Score:    5.0,
	Run:      runUnsatisfiableSelector,
}

func runUnsatisfiableSelector(pass *lint.Pass) (any, error) {
	eachSelector(pass, func(s usedSelector) {
		if s.Invalid {
			return
		}
		key, contradictory := s.Contradiction()
		impossible := !contradictory && s.namespaces && impossibleName(s.Selector)
		if impossible {
			key = graph.NameLabel
		}
		if !contradictory && !s.namespaces && s.asksPodsForName() {
			reportNameOfPods(pass, s)
			return
		}
		if !contradictory && !impossible {
			return
		}
		asked := requirementsOn(s.policy.Object, s.at(), key)
		last := asked[len(asked)-1]
		d := lint.Diagnostic{Object: s.policy.Object, Path: last.path}
		if impossible {
			d.Message = fmt.Sprintf("%s %s no namespace that could ever exist: none has %s", s.who(), s.verb, last.text)
		} else {
			d.Message = fmt.Sprintf("%s %s no %s that could ever exist: %s exclude each other", s.who(), s.verb, s.nouns, some(asked))
			for _, r := range asked[:len(asked)-1] {
				d.Related = append(d.Related, lint.Related{Object: s.policy.Object, Path: r.path, Message: "excludes it"})
			}
		}
		pass.Report(d)
	})
	return nil, nil
}

// asksPodsForName reports whether a selector of pods asks for the label that holds
// the name of a namespace.
func (s usedSelector) asksPodsForName() bool {
	_, listed := s.Values(graph.NameLabel)
	return listed
}

func reportNameOfPods(pass *lint.Pass, s usedSelector) {
	d := lint.Diagnostic{
		Certainty: lint.Possible, Object: s.policy.Object, Path: labelPath(s.policy.Object, s.at(), graph.NameLabel),
		Message: fmt.Sprintf("%s %s no pods: %s is a label of namespaces, which belongs in a namespaceSelector", s.who(), s.verb, graph.NameLabel),
	}
	if slices.ContainsFunc(pass.Graph.Workloads, func(w *graph.Workload) bool { return w.Labels[graph.NameLabel] != "" }) {
		return
	}
	pass.Report(d)
}

// impossibleName reports whether a selector asks for namespaces without a name,
// or with none that a namespace may have.
func impossibleName(s graph.Selector) bool {
	names, listed := s.Values(graph.NameLabel)
	return s.Forbids(graph.NameLabel) ||
		listed && len(names) > 0 && !slices.ContainsFunc(names, namespaceNamePattern.MatchString)
}

// requirement is one entry of a selector as it is written.
type requirement struct {
	path manifest.Path
	text string
}

// String returns the requirement as messages quote it.
func (r requirement) String() string { return r.text }

// requirementsOn returns the entries of a selector about one key.
func requirementsOn(o *manifest.Object, selector manifest.Path, key string) []requirement {
	var all []requirement
	label := selector.Key("matchLabels").Key(key)
	if v := o.Value.At(label); v.Exists() {
		all = append(all, requirement{label, graph.SelectorOf(map[string]string{key: v.Text()}).String()})
	}
	expressions := selector.Key("matchExpressions")
	for i, e := range o.Value.At(expressions).Items() {
		if e.Get("key").Text() == key {
			one := graph.NewSelector(manifest.MapOf([]manifest.Member{{Key: "matchExpressions", Value: manifest.ListOf([]manifest.Value{e})}}))
			all = append(all, requirement{expressions.Item(i), one.String()})
		}
	}
	return all
}
