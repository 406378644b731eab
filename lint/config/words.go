package config

import (
	"errors"
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
)

// word is a name of a rule, or of a rule or a tag.
type word struct {
	text string
	line int
	of   vocabulary
}

type vocabulary uint8

const (
	oneRule vocabulary = iota
	anyRule            // tags too
)

// ruleWords reads a list of names of rules.
func (c *Config) ruleWords(r *reader, n *yaml.Node, of vocabulary) []string {
	r.items(n, func(_ int, item *yaml.Node) { c.words = append(c.words, word{item.Value, item.Line, of}) })
	return r.texts(n)
}

// CheckRules returns an error for every name in the configuration that none of
// the rules has.
func (c *Config) CheckRules(rules []*lint.Rule) error {
	var errs []error
	for _, w := range c.words {
		var known []string
		for _, rule := range rules {
			known = append(known, rule.Name)
		}
		what := "rule"
		if w.of == anyRule {
			what = "rule or tag"
			known = append(known, lint.Tags...)
		}
		if !slices.Contains(known, w.text) {
			errs = append(errs, fmt.Errorf("%s:%d: unknown %s %q%s; `nplint rules` lists them", c.name, w.line, what, w.text, lint.Suggest(w.text, known)))
		}
	}
	return errors.Join(errs...)
}

// Off returns the rules that are switched off, sorted.
func (c *Config) Off() []string {
	var off []string
	for name, severity := range c.Rules {
		if severity == "off" {
			off = append(off, name)
		}
	}
	slices.Sort(off)
	return off
}
