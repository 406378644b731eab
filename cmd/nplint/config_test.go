package main

import (
	"os"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/testdata"
)

// TestConfigurationInREADME reads the example of the README as users will copy
// it.
func TestConfigurationInREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "## Configuration\n")
	_, after, _ = strings.Cut(after, "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("no example")
	}
	c, err := config.Parse("README.md", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if err := (&flags{}).merge(c, func(string) bool { return false }); err != nil {
		t.Error(err)
	}
}

// TestEveryRuleExplains shows every rule's example.
func TestEveryRuleExplains(t *testing.T) {
	for _, r := range builtIn() {
		if example, err := exampleOf(r, testdata.Rules, "rules/"+r.Name); err != nil || !strings.Contains(example, "# <- here") {
			t.Errorf("%s: %v, %q", r.Name, err, example)
		}
	}
}
