package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// fence is a block of code in Markdown.
type fence struct{ file, language, text string }

var fenced = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

var (
	documents = []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/ci.md"}
	inline    = regexp.MustCompile("`(nplint [^`]+)`")
	released  = regexp.MustCompile(`(?:nplint/nplint(?:/cmd/nplint)?@|rev: )(v[0-9.]+)`)
)

func readDocument(t *testing.T, name string) (text string, fences []fence) {
	t.Helper()
	data, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fenced.FindAllStringSubmatch(string(data), -1) {
		fences = append(fences, fence{name, m[1], m[2]})
	}
	return string(data), fences
}

// TestDocumentedCommands checks that every call of nplint in the documentation
// is one: the command exists, takes these flags and arguments, and knows the
// formats and rules.
func TestDocumentedCommands(t *testing.T) {
	checked := 0
	for _, name := range documents {
		text, fences := readDocument(t, name)
		var calls []string
		for _, m := range inline.FindAllStringSubmatch(text, -1) {
			calls = append(calls, m[1])
		}
		for _, f := range fences {
			calls = append(calls, callsIn(f.text)...)
		}
		for _, call := range calls {
			checked++
			if err := checkCall(call); err != nil {
				t.Errorf("%s: %s: %v", name, call, err)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d calls were found", checked)
	}
}

// callsIn returns the calls of nplint in a script, a log or a configuration.
func callsIn(text string) []string {
	var calls []string
	for _, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "  #")
		for _, start := range []string{"nplint ", "- nplint ", "- run: nplint ", "| nplint ", "/bin/nplint ", "sh 'nplint "} {
			before, call, found := strings.Cut(line, start)
			if before = strings.TrimSpace(before); found && (before == "" || start == "| nplint " || start == "/bin/nplint ") {
				calls = append(calls, "nplint "+strings.TrimSuffix(strings.TrimSpace(call), "'"))
				break
			}
		}
	}
	return calls
}

// placeholders stand for what users have.
var placeholders = strings.NewReplacer("RULE", "dangling-policy", "[", "", "]", "", `"`, "", "FILE", "x", "REV", "x", "...", "")

func checkCall(call string) error {
	var status int
	root := newRoot(streams{}, &status)
	cmd, args, err := root.Find(strings.Fields(placeholders.Replace(call))[1:])
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(args); err != nil {
		return err
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		return err
	}
	if o := cmd.Flags().Lookup("output"); o != nil && cmd == root {
		written, err := cmd.Flags().GetStringArray("output")
		if err != nil {
			return err
		}
		_, err = parseOutputs(written)
		return err
	}
	return nil
}

// TestDocumentedYAML parses every YAML file that the documentation shows, and
// those that other programs read of this repository.
func TestDocumentedYAML(t *testing.T) {
	for _, name := range documents {
		_, fences := readDocument(t, name)
		for _, f := range fences {
			if f.language == "yaml" {
				parseYAML(t, name, f.text)
			}
		}
	}
	for _, name := range []string{"action.yml", ".pre-commit-hooks.yaml", ".goreleaser.yaml", ".github/workflows/ci.yaml", ".github/workflows/release.yaml"} {
		text, _ := readDocument(t, name)
		parseYAML(t, name, text)
	}
}

func parseYAML(t *testing.T, name, text string) {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil || value == nil {
		t.Errorf("%s: %v in\n%s", name, err, text)
	}
}

// TestHooks checks that each hook calls nplint as it can be called, and is told
// of in the documentation.
func TestHooks(t *testing.T) {
	text, _ := readDocument(t, ".pre-commit-hooks.yaml")
	var hooks []struct{ ID, Entry string }
	if err := yaml.Unmarshal([]byte(text), &hooks); err != nil {
		t.Fatal(err)
	}
	told, _ := readDocument(t, "docs/ci.md")
	for _, h := range hooks {
		if err := checkCall(h.Entry); err != nil {
			t.Errorf("%s: %v", h.ID, err)
		}
		if !strings.Contains(told, "| `"+h.ID+"` |") {
			t.Errorf("docs/ci.md does not tell of %s", h.ID)
		}
	}
}

// TestActionInputs checks that the inputs of the action are told of, and reach
// its script.
func TestActionInputs(t *testing.T) {
	text, _ := readDocument(t, "action.yml")
	var action struct{ Inputs map[string]any }
	if err := yaml.Unmarshal([]byte(text), &action); err != nil {
		t.Fatal(err)
	}
	script, _ := readDocument(t, ".github/lint.sh")
	told, _ := readDocument(t, "docs/ci.md")
	for name := range action.Inputs {
		variable := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if !strings.Contains(told, "`"+name+"`") || !strings.Contains(script, "$"+variable) || !strings.Contains(text, variable+": ${{ inputs."+name+" }}") {
			t.Errorf("the input %s is not told of, or not used", name)
		}
	}
}

// TestOneVersion checks that the documentation speaks of the version that the
// changelog begins with.
func TestOneVersion(t *testing.T) {
	changelog, _ := readDocument(t, "CHANGELOG.md")
	latest := regexp.MustCompile(`(?m)^## ([0-9]+\.[0-9]+\.[0-9]+)$`).FindStringSubmatch(changelog)
	if latest == nil {
		t.Fatal("CHANGELOG.md has no version")
	}
	for _, name := range documents {
		text, _ := readDocument(t, name)
		for _, m := range released.FindAllStringSubmatch(text, -1) {
			if m[1] != "v"+latest[1] {
				t.Errorf("%s speaks of %s, the changelog of %s", name, m[1], latest[1])
			}
		}
	}
}

// TestFormatsAreTold checks that the README names every format.
func TestFormatsAreTold(t *testing.T) {
	text, _ := readDocument(t, "README.md")
	_, text, _ = strings.Cut(text, "**Outputs.**")
	text, _, _ = strings.Cut(text, "\n\n")
	if missing := slices.DeleteFunc(formatNames(), func(name string) bool { return strings.Contains(text, "`"+name+"`") || name == "text" }); len(missing) > 0 {
		t.Errorf("the README does not tell of %q", missing)
	}
}
