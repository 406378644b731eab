// Package linttest checks rules against fixtures: real manifests in which a
// comment stands on every line that must be reported.
//
//	egress: []   # want "warning: .* does not stop egress"
//
// The regular expression is matched with "severity: message [rule]".
// Several may stand in one comment. Every diagnostic must be wanted on the line
// that it points at, every want must be met, and the place must hold the very
// field that the rule named.
package linttest

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

// Rule runs the fixtures of one rule in a folder. Each file or folder that
// begins with "bad" must be reported as its comments say, at least once; each
// that begins with "good" must not be reported at all. beside are rules that run
// with it, for a rule about what others find.
func Rule(t *testing.T, rule *lint.Rule, dir string, beside ...*lint.Rule) {
	t.Helper()
	bad, err := filepath.Glob(filepath.Join(dir, "bad*"))
	if err != nil || len(bad) == 0 {
		t.Fatalf("%s: no bad fixture in %s", rule.Name, dir)
	}
	good, err := filepath.Glob(filepath.Join(dir, "good*"))
	if err != nil || len(good) == 0 {
		t.Fatalf("%s: no good fixture in %s", rule.Name, dir)
	}
	for _, file := range bad {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bundle, diagnostics := lintFile(t, rule, file, beside)
			if len(diagnostics) == 0 {
				t.Error("nothing is reported")
			}
			compareWants(t, bundle, diagnostics)
		})
	}
	for _, file := range good {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, diagnostics := lintFile(t, rule, file, beside)
			for _, d := range diagnostics {
				t.Errorf("%s: reported: %s", place(d), text(d))
			}
		})
	}
}

// Wants runs rules over files as one bundle and compares what they report, from
// a severity on, with the comments in the files.
func Wants(t *testing.T, rules []*lint.Rule, least lint.Severity, files ...string) {
	t.Helper()
	bundle, diagnostics := Files(t, rules, files...)
	compareWants(t, bundle, slices.DeleteFunc(diagnostics, func(d lint.Diagnostic) bool { return d.Severity < least }))
}

// Files runs rules over files as one bundle, under the options that the first
// of them asks for in a comment "# test: preset=strict complete".
func Files(t *testing.T, rules []*lint.Rule, files ...string) (*manifest.Bundle, []lint.Diagnostic) {
	t.Helper()
	in := load.Input{FS: os.DirFS("."), Dir: "."}
	if dir := filepath.Dir(files[0]); strings.HasPrefix(dir, "..") || filepath.IsAbs(dir) {
		in.FS = os.DirFS(dir)
	}
	for _, file := range files {
		name := filepath.ToSlash(file)
		if rel, err := filepath.Rel(filepath.Dir(files[0]), file); err == nil && !fs.ValidPath(name) {
			name = filepath.ToSlash(rel)
		}
		in.Paths = append(in.Paths, name)
	}
	result, err := load.Load(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	bundle := result.Bundles[0]
	options := options(t, bundle)
	diagnostics, err := lint.Run(context.Background(), rules, bundle, graph.New(bundle.Objects), options)
	if err != nil {
		t.Fatal(err)
	}
	set := ignore.New(rules, today, nil)
	diagnostics = append(set.Apply(bundle, diagnostics), set.Report(rules, options, false)...)
	return bundle, lint.Merge(diagnostics)
}

// today is the day on which fixtures are linted.
var today = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func lintFile(t *testing.T, rule *lint.Rule, file string, beside []*lint.Rule) (*manifest.Bundle, []lint.Diagnostic) {
	t.Helper()
	rules := beside
	if !slices.Contains(rules, rule) {
		rules = append([]*lint.Rule{rule}, beside...)
	}
	bundle, diagnostics := Files(t, rules, file)
	return bundle, slices.DeleteFunc(diagnostics, func(d lint.Diagnostic) bool { return d.Rule != rule })
}

var testComment = regexp.MustCompile(`(?m)^# test: (.*)$`)

func options(t *testing.T, bundle *manifest.Bundle) *lint.Options {
	t.Helper()
	opts := lint.DefaultOptions()
	if len(bundle.Files) == 0 {
		return opts
	}
	comment := testComment.FindSubmatch(bundle.Files[0].Data)
	if comment == nil {
		return opts
	}
	for _, word := range strings.Fields(string(comment[1])) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "preset":
			preset, err := lint.ParsePreset(value)
			if err != nil {
				t.Fatal(err)
			}
			opts.Preset = preset
		case "complete":
			opts.Complete = true
		case "cni":
			var err error
			if opts.CNI, opts.CNIVersion, err = lint.ParseCNI(value); err != nil {
				t.Fatal(err)
			}
		case "pod-cidr":
			opts.PodCIDRs = append(opts.PodCIDRs, netip.MustParsePrefix(value))
		case "service-cidr":
			opts.ServiceCIDRs = append(opts.ServiceCIDRs, netip.MustParsePrefix(value))
		case "dns-cidr":
			opts.DNSPeers = append(opts.DNSPeers, lint.DNSPeer{CIDR: netip.MustParsePrefix(value)})
		case "rego":
			if err := json.Unmarshal([]byte(value), &opts.RegoConfig); err != nil {
				t.Fatalf("%s: %v", word, err)
			}
		default:
			t.Fatalf("unknown word %q in the test comment", word)
		}
	}
	return opts
}

type line struct {
	file string
	line int
}

// compareWants checks diagnostics against the comments of a bundle's files.
func compareWants(t *testing.T, bundle *manifest.Bundle, diagnostics []lint.Diagnostic) {
	t.Helper()
	wants := map[line][]*regexp.Regexp{}
	parsed := map[string]bool{} // a base may be in several trees
	for _, file := range bundle.Files {
		if !parsed[file.Name] {
			parseWants(t, file, wants)
		}
		parsed[file.Name] = true
	}
	for _, d := range diagnostics {
		at := line{d.Origin.Span.File.Name, d.Origin.Span.File.Position(d.Origin.Span.Start).Line}
		found := false
		for i, want := range wants[at] {
			if want.MatchString(text(d)) {
				wants[at] = append(wants[at][:i], wants[at][i+1:]...)
				found = true
				break
			}
		}
		if !found {
			t.Errorf("%s: not wanted: %s", place(d), text(d))
		}
		checkPlace(t, d)
	}
	for at, left := range wants {
		for _, want := range left {
			t.Errorf("%s:%d: wanted and not reported: %s", at.file, at.line, want)
		}
	}
}

var wantComment = regexp.MustCompile(`# want ("(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*)\s*$`)
var wantString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

func parseWants(t *testing.T, file *manifest.File, wants map[line][]*regexp.Regexp) {
	t.Helper()
	for i, content := range strings.Split(string(file.Data), "\n") {
		comment := wantComment.FindStringSubmatch(content)
		if comment == nil {
			if strings.Contains(content, "# want") {
				t.Fatalf("%s:%d: cannot read the want comment", file.Name, i+1)
			}
			continue
		}
		for _, quoted := range wantString.FindAllString(comment[1], -1) {
			pattern, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("%s:%d: %v", file.Name, i+1, err)
			}
			want, err := regexp.Compile(pattern)
			if err != nil {
				t.Fatalf("%s:%d: %v", file.Name, i+1, err)
			}
			at := line{file.Name, i + 1}
			wants[at] = append(wants[at], want)
		}
	}
}

// checkPlace checks that an exact place begins with the field's key, or is an
// item of a list.
func checkPlace(t *testing.T, d lint.Diagnostic) {
	t.Helper()
	if d.Object == nil || len(d.Path) == 0 || d.Origin.Precision != manifest.Exact {
		return
	}
	span := d.Origin.Span
	last := d.Path[len(d.Path)-1]
	if d.Object.Tree != "" && (strings.HasPrefix(span.Text(), "value:") || strings.HasSuffix(span.Text(), d.Path.String())) {
		return // of an operation of a JSON patch, or a replacement's path
	}
	if !last.IsItem() {
		if !strings.HasPrefix(strings.TrimLeft(span.Text(), `"'`), last.Key) {
			t.Errorf("%s: %s points at %q", place(d), d.Path, span.Text())
		}
		return
	}
	before := strings.TrimRight(string(span.File.Data[:span.Start]), " \t\r\n")
	dash := strings.HasSuffix(before, "-") || strings.HasPrefix(span.Text(), "- ") // a template's place is its line
	if !dash && !strings.HasSuffix(before, "[") && !strings.HasSuffix(before, ",") {
		t.Errorf("%s: %s points at %q, which is no item", place(d), d.Path, span.Text())
	}
}

func text(d lint.Diagnostic) string {
	return d.Severity.String() + ": " + d.Message + " [" + d.Rule.Name + "]"
}

func place(d lint.Diagnostic) string {
	pos := d.Origin.Span.File.Position(d.Origin.Span.Start)
	return d.Origin.Span.File.Name + ":" + strconv.Itoa(pos.Line) + ":" + strconv.Itoa(pos.Column)
}
