package main

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
)

// selectRules returns the rules to run: those of the preset, or those that are
// selected by name or tag whatever their preset, without the ignored ones. To
// give a rule a severity is to want it.
func selectRules(registry []*lint.Rule, options *lint.Options, selected, ignored []string) ([]*lint.Rule, error) {
	for _, word := range slices.Concat(selected, ignored) {
		if !slices.ContainsFunc(registry, func(r *lint.Rule) bool { return names(r, word) }) {
			return nil, unknownRule(registry, word)
		}
	}
	var rules []*lint.Rule
	for _, r := range registry {
		named := func(word string) bool { return names(r, word) }
		wanted := r.Preset <= options.Preset || options.Severities[r.Name] != 0
		if len(selected) > 0 {
			wanted = slices.ContainsFunc(selected, named)
		}
		if wanted && !slices.ContainsFunc(ignored, named) {
			rules = append(rules, r)
		}
	}
	return rules, nil
}

func names(r *lint.Rule, word string) bool { return r.Name == word || r.HasTag(word) }

func unknownRule(registry []*lint.Rule, word string) error {
	known := slices.Clone(lint.Tags)
	for _, r := range registry {
		known = append(known, r.Name)
	}
	return fmt.Errorf("unknown rule or tag %q%s; `nplint rules` lists them", word, lint.Suggest(word, known))
}
