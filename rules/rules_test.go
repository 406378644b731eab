package rules

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/rego"
)

// every returns the built-in rules of both languages, sorted by name.
func every() []*lint.Rule {
	all := append(All(), rego.BuiltIn()...)
	slices.SortFunc(all, func(a, b *lint.Rule) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func TestRegistry(t *testing.T) {
	if err := lint.Validate(every()); err != nil {
		t.Fatal(err)
	}
}

// TestRules runs the fixtures of every rule, written in Go or in Rego: bad.yaml
// is reported as its comments say, good.yaml is not.
func TestRules(t *testing.T) {
	for _, rule := range every() {
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			var beside []*lint.Rule
			if slices.Contains(ignore.Rules(), rule) {
				beside = All()
			}
			linttest.Rule(t, rule, filepath.Join("..", "testdata", "rules", rule.Name), beside...)
		})
	}
}
