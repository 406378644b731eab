package rules

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write README.md")

// TestREADME keeps README.md in step with the rules' own documentation.
func TestREADME(t *testing.T) {
	want := readme()
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("README.md is stale; run go generate ./rules")
	}
}

func readme() string {
	var b strings.Builder
	b.WriteString("# Rules\n\n<!-- Written by go generate from the rules' documentation. -->\n\n")
	b.WriteString("`nplint explain RULE` prints the same with an example. Severities are those of the preset recommended;\n")
	b.WriteString("a rule may report single findings with another one, as its text says.\n\n")
	b.WriteString("| rule | severity | preset | what it finds |\n|---|---|---|---|\n")
	for _, r := range every() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", r.Name, r.Name, r.Severity, r.Preset, r.Title())
	}
	for _, r := range every() {
		fmt.Fprintf(&b, "\n## %s\n\n%s%s.\n\nTags: %s.\n\n%s\n", r.Name, strings.ToUpper(r.Title()[:1]), r.Title()[1:], strings.Join(r.Tags, ", "), r.Body())
	}
	return b.String()
}
