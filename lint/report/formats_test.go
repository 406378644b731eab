package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// FuzzFormats writes diagnostics with arbitrary names, messages and places: the
// machine formats stay valid, the human ones never send a control character.
func FuzzFormats(f *testing.F) {
	f.Add("a.yaml", "message", "kind: Pod\n", 0, 4)
	f.Add("../ü :%.yaml", "see [x](1) {0} \x1b[0m", "\xff\u2028\r\n\t結", 3, 900)
	f.Add("", "", "", 0, 0)
	f.Fuzz(func(t *testing.T, name, message, data string, start, end int) {
		file := &manifest.File{Name: name, Data: []byte(data)}
		start = max(0, min(start, len(data)))
		origin := manifest.Origin{Span: manifest.Span{File: file, Start: start, End: max(start, min(end, len(data)))}}
		origin.Via = []manifest.Span{origin.Span}
		d := lint.Diagnostic{
			Rule: testRules[0], Severity: lint.Error, Certainty: lint.Possible, Message: message, Origin: origin,
			Object:  &manifest.Object{ID: manifest.ID{Kind: "NetworkPolicy", Namespace: name, Name: message}},
			Path:    manifest.Field("spec", message).Item(0),
			Related: []lint.Related{{Message: message, Origin: origin}}, Bundles: []string{name},
			Witness: &lint.Witness{Source: name, Destination: message, Protocol: data, Port: start},
			Fixes:   []lint.Fix{{Message: message}},
		}
		r := &Report{
			Diagnostics: []lint.Diagnostic{d, d}, Rules: testRules, Version: message, Dir: "/a/" + name, Root: "/a",
			Skipped: []manifest.Skipped{{File: name, Reason: message}}, Summary: Summary{Error: 2, Bundles: 2},
		}
		if out := jsonOf(t, r); !json.Valid(out) {
			t.Errorf("invalid JSON:\n%s", out)
		}
		sarifOf(t, r)
		if err := errors.Join(
			checkCommands(writtenBy(t, githubAll, r)), checkCodeQuality(writtenBy(t, GitLab, r)),
			junitGrammar.check(writtenBy(t, JUnit, r)), checkstyleGrammar.check(writtenBy(t, Checkstyle, r)),
		); err != nil {
			t.Error(err)
		}
		var concise bytes.Buffer
		if err := Concise(&concise, r, Style{}); err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{textOf(t, r, Style{}), concise.String()} {
			for _, c := range out {
				if c != '\n' && !shown(c, utf8.RuneLen(c)) {
					t.Fatalf("control character %q in\n%q", c, out)
				}
			}
		}
	})
}

func cutless(_ string, err error) error { return err }

type brokenPipe struct{}

var errBroken = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrors(t *testing.T) {
	r := sample(t)
	for name, err := range map[string]error{
		"text": Text(brokenPipe{}, r, Style{}), "concise": Concise(brokenPipe{}, r, Style{Show: lint.Info}),
		"json": JSON(brokenPipe{}, r), "sarif": cutless(SARIF(brokenPipe{}, r)),
		"github": githubAll(brokenPipe{}, r), "gitlab": GitLab(brokenPipe{}, r), "junit": JUnit(brokenPipe{}, r),
		"checkstyle": Checkstyle(brokenPipe{}, r), "markdown": markdownAll(brokenPipe{}, r),
	} {
		if !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
