package lint

import (
	"reflect"
	"strings"
)

// Rule is one lint rule, or a provider that computes what other rules need.
// A rule is a value: it is listed in package rules, or made from a Rego module.
type Rule struct {
	// Name is kebab-case and the only identifier that users see.
	Name string
	// Doc is a title, a blank line, why it matters, and what is not checked.
	Doc string
	// Severity is that of its diagnostics in the preset recommended, where a
	// diagnostic does not say otherwise.
	Severity Severity
	// Preset is the first preset that contains the rule.
	Preset Preset
	// Tags select groups of rules: schema, selectors, peers, ports, dns,
	// exposure, coverage, redundancy, admin, cilium, calico, cni, rego.
	Tags []string
	// Score is the CVSS-like weight from 0 to 10 that code scanning shows, 0
	// where the rule finds no security problem.
	Score float64
	// Requires names the providers whose results Run reads.
	Requires []*Rule
	// Result is the type of a provider's result, nil for rules that report.
	Result reflect.Type
	// Run reports diagnostics through the pass. Its error means that the rule
	// could not do its work; it says nothing about the input.
	Run func(*Pass) (any, error)
}

// Title returns the first line of Doc.
func (r *Rule) Title() string {
	title, _, _ := strings.Cut(r.Doc, "\n")
	return title
}

// Body returns Doc without its title.
func (r *Rule) Body() string {
	_, body, _ := strings.Cut(r.Doc, "\n")
	return strings.TrimSpace(body)
}

// HasTag reports whether the rule carries a tag.
func (r *Rule) HasTag(tag string) bool {
	for _, t := range r.Tags {
		if t == tag {
			return true
		}
	}
	return false
}
