package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var ruleName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Tags lists the tags that rules may carry.
var Tags = []string{
	"schema", "selectors", "peers", "ports", "dns", "exposure", "coverage",
	"redundancy", "admin", "cilium", "calico", "cni", "rego",
}

// Validate checks a registry once at start: names, documentation, tags and
// order. An error is a mistake of whoever wrote the rule.
func Validate(rules []*Rule) error {
	for i, r := range rules {
		switch {
		case !ruleName.MatchString(r.Name):
			return fmt.Errorf("rule %q: the name is not kebab-case", r.Name)
		case i > 0 && rules[i-1].Name >= r.Name:
			return fmt.Errorf("rule %s: stands out of order or twice", r.Name)
		case r.Run == nil:
			return fmt.Errorf("rule %s: has no Run", r.Name)
		case r.Severity < Info || r.Severity > Error:
			return fmt.Errorf("rule %s: has no severity", r.Name)
		case r.Title() == "" || r.Body() == "" || strings.HasSuffix(r.Title(), "."):
			return fmt.Errorf("rule %s: Doc needs a title without full stop, a blank line and a body", r.Name)
		case len(r.Tags) == 0:
			return fmt.Errorf("rule %s: has no tag", r.Name)
		}
		for _, tag := range r.Tags {
			if !slices.Contains(Tags, tag) {
				return fmt.Errorf("rule %s: unknown tag %q", r.Name, tag)
			}
		}
		if err := validateProviders(r, nil); err != nil {
			return err
		}
	}
	return nil
}

func validateProviders(r *Rule, path []*Rule) error {
	if slices.Contains(path, r) {
		return fmt.Errorf("rule %s: requires itself", r.Name)
	}
	for _, provider := range r.Requires {
		if provider.Result == nil {
			return fmt.Errorf("rule %s: requires %s, which provides nothing", r.Name, provider.Name)
		}
		if err := validateProviders(provider, append(path, r)); err != nil {
			return err
		}
	}
	return nil
}
