package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// writtenBy returns what a format writes.
func writtenBy(t *testing.T, write func(io.Writer, *Report) error, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func githubAll(w io.Writer, r *Report) error { return GitHub(w, r, Style{Show: lint.Info}) }

func markdownAll(w io.Writer, r *Report) error { return Markdown(w, r, Style{Show: lint.Info}) }

func TestServices(t *testing.T) {
	for name, format := range map[string]struct {
		write func(io.Writer, *Report) error
		check func([]byte) error
	}{
		"github":     {githubAll, checkCommands},
		"gitlab":     {GitLab, checkCodeQuality},
		"junit":      {JUnit, junitGrammar.check},
		"checkstyle": {Checkstyle, checkstyleGrammar.check},
		"markdown":   {markdownAll, func([]byte) error { return nil }},
	} {
		for suffix, r := range map[string]*Report{"": sample(t), "-clean": clean()} {
			out := writtenBy(t, format.write, r)
			golden(t, name+suffix, out)
			if err := format.check(out); err != nil {
				t.Errorf("%s: %v\n%s", name+suffix, err, out)
			}
		}
	}
}

// command is a workflow command as the runner of GitHub Actions reads it
// (actions/runner, ActionCommand.TryParseV2).
var command = regexp.MustCompile(`^::(error|warning|notice)( (file|line|endLine|col|endColumn|title)=[^:,\r\n]*(,(file|line|endLine|col|endColumn|title)=[^:,\r\n]*)*)?::[^\r\n]+$`)

func checkCommands(out []byte) error {
	for _, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		if line != "" && !command.MatchString(line) && !strings.HasPrefix(line, "nplint: not analysed: ") {
			return fmt.Errorf("no workflow command: %q", line)
		}
	}
	return nil
}

func checkCodeQuality(out []byte) error {
	s, err := jsonschema.NewCompiler().Compile("testdata/code-quality-schema.json")
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		return err
	}
	var issues []gitlabIssue
	if err := json.Unmarshal(out, &issues); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, issue := range issues {
		if seen[issue.Fingerprint] {
			return fmt.Errorf("two issues have the fingerprint %s", issue.Fingerprint)
		}
		seen[issue.Fingerprint] = true
	}
	return s.Validate(value)
}

// grammar says which elements and attributes a format of XML has: for each
// element its children, and its attributes, required where they end in "!".
type grammar map[string]struct{ children, attributes string }

// checkstyleGrammar is what readers take: files with errors, whose severities
// are those of Checkstyle.
var checkstyleGrammar = grammar{
	"":           {"checkstyle", ""},
	"checkstyle": {"file", "version!"},
	"file":       {"error", "name!"},
	"error":      {"", "line! column severity! message! source"},
}

// junitGrammar is a part of the schema of Jenkins
// (jenkinsci/xunit-plugin, junit-10.xsd).
var junitGrammar = grammar{
	"":           {"testsuites", ""},
	"testsuites": {"testsuite", "name tests failures errors time disabled"},
	"testsuite":  {"testcase properties system-out system-err", "name! tests! failures errors skipped time timestamp hostname id package"},
	"testcase":   {"skipped error failure system-out system-err", "name! classname! time assertions status"},
	"failure":    {"", "message type"},
	"skipped":    {"", "message"},
}

func (g grammar) check(out []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(out))
	stack := []string{""}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, parent := token.Name.Local, stack[len(stack)-1]
			if !slices.Contains(strings.Fields(g[parent].children), name) {
				return fmt.Errorf("<%s> in <%s>", name, parent)
			}
			if err := g.attributes(token); err != nil {
				return err
			}
			stack = append(stack, name)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

func (g grammar) attributes(e xml.StartElement) error {
	has := map[string]bool{}
	for _, a := range e.Attr {
		has[a.Name.Local] = true
		if !slices.Contains(strings.Fields(strings.ReplaceAll(g[e.Name.Local].attributes, "!", "")), a.Name.Local) {
			return fmt.Errorf("<%s %s>", e.Name.Local, a.Name.Local)
		}
	}
	for _, name := range strings.Fields(g[e.Name.Local].attributes) {
		if required, is := strings.CutSuffix(name, "!"); is && !has[required] {
			return fmt.Errorf("<%s> without %s", e.Name.Local, required)
		}
	}
	return nil
}

// TestGrammarRefuses proves that the grammars are ones.
func TestGrammarRefuses(t *testing.T) {
	for text, g := range map[string]grammar{
		`<checkstyle version="1"><error/></checkstyle>`:                    checkstyleGrammar,
		`<checkstyle version="1"><file/></checkstyle>`:                     checkstyleGrammar,
		`<testsuites><testsuite name="x" tests="1" oops=""/></testsuites>`: junitGrammar,
		`<testsuites>`: junitGrammar,
	} {
		if g.check([]byte(text)) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
	if checkCommands([]byte("::error file=a:b::x\n")) == nil || checkCodeQuality([]byte(`[{"description": "x"}]`)) == nil {
		t.Error("a command or an issue that is none is accepted")
	}
}

// many is a report with findings of two rules, three of one for each of the other.
func many(t *testing.T, n int) *Report {
	origin := manifest.Origin{Span: fileOf(t, "«a»: b")}
	r := &Report{}
	for i := range n {
		rule := testRules[1]
		if i%4 == 3 {
			rule = testRules[2]
		}
		r.Diagnostics = append(r.Diagnostics, lint.Diagnostic{Rule: rule, Severity: lint.Error, Message: fmt.Sprintf("100%% of %d", i), Origin: origin})
	}
	r.Summary.Count(r.Diagnostics)
	return r
}

// TestGitHubCaps checks that no annotation is lost without a word.
func TestGitHubCaps(t *testing.T) {
	ten := strings.Split(strings.TrimSpace(string(writtenBy(t, githubAll, many(t, 10)))), "\n")
	if len(ten) != 10 || strings.Contains(ten[9], "more") || !strings.Contains(ten[0], "::100%25 of 0") {
		t.Errorf("%q", ten)
	}
	eleven := strings.Split(strings.TrimSpace(string(writtenBy(t, githubAll, many(t, 11)))), "\n")
	if len(eleven) != 10 || !strings.HasSuffix(eleven[9], "::2 errors more: no-effect (2)") {
		t.Errorf("%q", eleven)
	}
	if !strings.Contains(eleven[1], "open-anyway") {
		t.Errorf("the second annotation is not of the second rule: %q", eleven[1])
	}
}

func TestMarkdownLimit(t *testing.T) {
	out := writtenBy(t, markdownAll, many(t, 30_000))
	if len(out) > 1<<20 {
		t.Errorf("%d bytes", len(out))
	}
	rows := bytes.Count(out, []byte("\n| error |"))
	if want := fmt.Sprintf("%d findings more", 30_000-rows); !bytes.Contains(out, []byte(want)) {
		t.Errorf("%d rows, but no %q", rows, want)
	}
}

// TestSameFindings counts what each format holds of the sample.
func TestSameFindings(t *testing.T) {
	r := sample(t)
	n := len(r.Diagnostics)
	for name, got := range map[string]int{
		"github":     bytes.Count(writtenBy(t, githubAll, r), []byte("title=")),
		"gitlab":     bytes.Count(writtenBy(t, GitLab, r), []byte(`"check_name"`)) - len(r.skipped()),
		"junit":      bytes.Count(writtenBy(t, JUnit, r), []byte("<testcase")) - len(r.skipped()),
		"checkstyle": bytes.Count(writtenBy(t, Checkstyle, r), []byte("<error ")) - len(r.skipped()),
		"markdown":   bytes.Count(writtenBy(t, markdownAll, r), []byte("\n| ")) - 1,
		"json":       bytes.Count(writtenBy(t, JSON, r), []byte(`"rule":`)),
	} {
		if got != n {
			t.Errorf("%s holds %d of %d findings", name, got, n)
		}
	}
}
