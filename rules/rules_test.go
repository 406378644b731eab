package rules

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/linttest"
)

func TestRegistry(t *testing.T) {
	if err := lint.Validate(All()); err != nil {
		t.Fatal(err)
	}
}

// TestRules runs every rule's fixtures: bad.yaml is reported as its comments
// say, good.yaml is not.
func TestRules(t *testing.T) {
	for _, rule := range All() {
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
