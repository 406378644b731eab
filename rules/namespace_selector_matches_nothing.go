package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var namespaceSelectorMatchesNothing = &lint.Rule{
	Name: "namespace-selector-matches-nothing",
	Doc: `peer matches no namespace

A namespaceSelector that matches no namespace admits nobody, and the traffic that
it was written for stays denied. Namespaces are often declared somewhere else, so
that it takes evidence: the name is nearly that of a namespace of the input, or of
one that every cluster has; the label is nearly one that a Namespace of the input
carries; the value is the name of a Namespace that lacks the label; or the label
divides the Namespaces of the input into groups and none has this value, which is
info where each of them has a value of its own or not all are declared; or the label is one of pods
whose Namespace lacks it. With --complete a selector that
matches none is reported without.

The finding is possible rather than certain unless the input is complete, because
another namespace may match.

Not checked: selectors by a label "name" that no Namespace carries, which is a rule
of its own.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Run:      runNamespaceSelectorMatchesNothing,
}

func runNamespaceSelectorMatchesNothing(pass *lint.Pass) (any, error) {
	census := newCensus(pass)
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Namespaces == nil || peer.Invalid || peer.Namespaces.Invalid || peer.Namespaces.Unsatisfiable() {
			return
		}
		if m := pass.Graph.Match(p, peer); len(m.Namespaces) > 0 {
			return
		}
		why := census.explain(*peer.Namespaces)
		if why.text == "" {
			return
		}
		d := lint.Diagnostic{
			Severity: why.severity, Certainty: lint.Possible, Object: p.Object,
			Path:    labelPath(p.Object, peer.Path.Key("namespaceSelector"), why.key),
			Message: fmt.Sprintf("a peer of %s matches no namespace of the input, so that traffic stays denied: %s", p, why.text),
		}
		if pass.Options.Complete {
			d.Certainty = lint.Certain
		}
		if n := why.like; n != nil && n.Object != nil {
			d.Related = []lint.Related{{Object: n.Object, Path: metadataName, Message: "namespace " + n.Name}}
		}
		if why.value != "" {
			d.Fixes = []lint.Fix{{
				Message: "select " + why.key + ": " + why.value,
				Ops:     []lint.Op{setLabel(p.Object, d.Path, why.value)},
			}}
		}
		pass.Report(d)
	})
	return nil, nil
}

// setLabel writes another value for a label of a selector.
func setLabel(o *manifest.Object, at manifest.Path, value string) lint.Op {
	if at[len(at)-1].IsItem() {
		return lint.Op{Object: o, Path: at.Key("values"), Kind: lint.Set, Value: []any{value}}
	}
	return lint.Op{Object: o, Path: at, Kind: lint.Set, Value: value}
}

// census is the namespaces of the input by their names and labels. It remembers
// what it has explained, because policies are copied.
type census struct {
	pass      *lint.Pass
	named     []*graph.Namespace // all whose name is known
	declared  []*graph.Namespace
	explained map[string]noNamespace
}

func newCensus(pass *lint.Pass) *census {
	c := &census{pass: pass, explained: map[string]noNamespace{}}
	for _, n := range pass.Graph.Namespaces {
		if n.Object != nil {
			c.declared = append(c.declared, n)
		}
		if !n.Symbolic() {
			c.named = append(c.named, n)
		}
	}
	return c
}

// noNamespace says why a selector matches no namespace. The text is "" where
// nothing shows that it should.
type noNamespace struct {
	severity lint.Severity
	text     string
	key      string // the label that is to blame
	value    string // what it should be, "" where that is not clear
	like     *graph.Namespace
}

func (c *census) explain(s graph.Selector) noNamespace {
	name := s.String()
	why, known := c.explained[name]
	if !known {
		why = c.find(s)
		c.explained[name] = why
	}
	return why
}

func (c *census) find(s graph.Selector) noNamespace {
	for _, key := range s.Keys() {
		values, listed := s.Values(key)
		if !listed || key == graph.NameLabel && slices.ContainsFunc(values, inEveryCluster) {
			continue
		}
		for _, value := range values {
			why := c.byLabel(key, value)
			if key == graph.NameLabel {
				why = c.byName(value)
			}
			if why.text != "" {
				return why
			}
		}
	}
	if !c.pass.Options.Complete || len(c.declared) == 0 {
		return noNamespace{}
	}
	return noNamespace{
		severity: lint.Warning, key: s.Keys()[0],
		text: fmt.Sprintf("none of %s has %s", count(len(c.named), "namespace"), s),
	}
}

// byName explains a name that no namespace of the input has.
func (c *census) byName(name string) noNamespace {
	if c.pass.Graph.Namespace(name) != nil {
		return noNamespace{}
	}
	why := noNamespace{severity: lint.Error, key: graph.NameLabel}
	for _, n := range c.named {
		if looksLike(n.Name, name) {
			why.value, why.like = n.Name, n
			why.text = fmt.Sprintf("there is no namespace %s, but %s", name, n.Name)
			return why
		}
	}
	for _, n := range namesInEveryCluster {
		if looksLike(n, name) {
			why.value = n
			why.text = fmt.Sprintf("there is no namespace %s, but every cluster has %s", name, n)
			return why
		}
	}
	return noNamespace{}
}

// byLabel explains a label that no declared namespace has.
func (c *census) byLabel(key, value string) noNamespace {
	why := noNamespace{severity: lint.Warning, key: key}
	carriers, values := 0, map[string]bool{}
	var namesake *graph.Namespace
	for _, n := range c.declared {
		v, present := n.Labels[key]
		switch {
		case present && v == value:
			return noNamespace{} // another label is to blame
		case present && looksLike(v, value):
			why.value, why.like = v, n
			why.text = fmt.Sprintf("none has %s: %s, %s has %s: %s", key, value, n.Name, key, v)
			return why
		case present:
			carriers++
			values[v] = true
		case n.Name == value:
			namesake = n
		}
		for other, v := range n.Labels {
			if v == value && looksLike(other, key) && (why.like == nil || other < why.value) {
				why.like, why.value = n, other
			}
		}
	}
	if why.like != nil {
		why.text = fmt.Sprintf("none has %s: %s, %s has %s: %s", key, value, why.like.Name, why.value, value)
		why.value = ""
		return why
	}
	switch {
	case namesake != nil && (carriers > 0 || !slices.Contains(nameKeys, key)): // else another rule's finding
		why.like = namesake
		why.text = fmt.Sprintf("none has %s: %s, and namespace %s has no such label", key, value, namesake.Name)
	case carriers > 1 && !slices.Contains(nameKeys, key):
		if len(values) == carriers || len(c.declared) < len(c.named) {
			why.severity = lint.Info
		}
		why.text = fmt.Sprintf("%s have the label %s, none with the value %s", count(carriers, "namespace"), key, value)
	case carriers == 0 && !sharedKeys[key] && !slices.Contains(nameKeys, key):
		return c.ofPods(key, value)
	default:
		return noNamespace{}
	}
	return why
}

// ofPods explains a label that no declared namespace has, but pods do.
func (c *census) ofPods(key, value string) noNamespace {
	why := noNamespace{severity: lint.Warning, key: key}
	s := graph.SelectorOf(map[string]string{key: value})
	if wellKnown(s) != nil {
		why.text = fmt.Sprintf("%s: %s is a label of pods, which belongs in a podSelector", key, value)
		return why
	}
	for _, n := range c.declared {
		if pods := n.Select(s); len(pods) > 0 {
			why.text = fmt.Sprintf("%s: %s is a label of pods, as of %s, which belongs in a podSelector", key, value, pods[0])
			return why
		}
	}
	return noNamespace{}
}
