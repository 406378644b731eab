package rego

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed template
var template embed.FS

// New returns the files of a rule to start from, by name: a module that reports
// something, its test, and the fixtures of both.
func New(name string) (map[string]string, error) {
	if !ruleName.MatchString(name) || strings.HasSuffix(name, "-test") {
		return nil, fmt.Errorf("%q is no name for a rule: write lower-case words with dashes, such as db-stays-home", name)
	}
	underscored := strings.ReplaceAll(name, "-", "_")
	targets := map[string]string{
		"rule.rego": underscored + ".rego", "rule_test.rego": underscored + "_test.rego",
		"bad.yaml": "testdata/" + name + "/bad.yaml", "good.yaml": "testdata/" + name + "/good.yaml",
	}
	files := map[string]string{}
	for from, to := range targets {
		text, err := template.ReadFile("template/" + from)
		if err != nil {
			return nil, fmt.Errorf("write a new rule: %w", err)
		}
		files[to] = strings.NewReplacer("my_rule", underscored, "my-rule", name).Replace(string(text))
	}
	return files, nil
}
