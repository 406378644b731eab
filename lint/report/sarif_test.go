package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/owenrumney/go-sarif/v2/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
})

// sarifOf writes a report, checks it against the schema and reads it back.
func sarifOf(t *testing.T, r *Report) ([]byte, *sarif.Run) {
	t.Helper()
	var out bytes.Buffer
	if _, err := SARIF(&out, r); err != nil {
		t.Fatal(err)
	}
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, out.Bytes())
	}
	var read sarif.Report
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), read.Runs[0]
}

func TestSARIF(t *testing.T) {
	out, _ := sarifOf(t, sample(t))
	golden(t, "sarif", out)
	out, _ = sarifOf(t, clean())
	golden(t, "sarif-clean", out)
}

// TestSchemaRefuses proves that the schema is one.
func TestSchemaRefuses(t *testing.T) {
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{"version": "2.1.0"}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "info"}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a b%"}}}]}]}]}`,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(value) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}

// TestSARIFLimits checks what code scanning asks for beyond the schema.
func TestSARIFLimits(t *testing.T) {
	r := sample(t)
	r.Failed, r.Dir, r.Root = true, "/repo/deploy", "/repo"
	out, run := sarifOf(t, r)
	if !bytes.Contains(out, []byte(`"executionSuccessful": false`)) {
		t.Error("a run that failed is called successful")
	}
	if n := len(run.Tool.Driver.Rules); n != len(testRules) {
		t.Errorf("%d rules", n)
	}
	for _, rule := range run.Tool.Driver.Rules {
		if *rule.ShortDescription.Text == "" || *rule.FullDescription.Text == "" || *rule.Help.Text == "" || *rule.Help.Markdown == "" {
			t.Errorf("%s is not described", rule.ID)
		}
	}
	seen := map[string]bool{}
	for _, result := range run.Results {
		place := result.Locations[0].PhysicalLocation
		key := fmt.Sprintf("%s %s:%d", *result.RuleID, *place.ArtifactLocation.URI, *place.Region.StartLine)
		if seen[key] {
			t.Errorf("reported twice: %s", key)
		}
		seen[key] = true
		if !strings.HasPrefix(*place.ArtifactLocation.URI, "deploy/testdata/") {
			t.Errorf("%s is not relative to the root", key)
		}
		if *place.Region.StartLine != *place.Region.EndLine {
			t.Errorf("%s takes several lines", key)
		}
		if run.Tool.Driver.Rules[*result.RuleIndex].ID != *result.RuleID {
			t.Errorf("%s: the rule's index is %d", key, *result.RuleIndex)
		}
		for _, related := range result.RelatedLocations {
			if link := fmt.Sprintf("](%d)", *related.Id); !strings.Contains(*result.Message.Text, link) {
				t.Errorf("%s: no link %s in %q", key, link, *result.Message.Text)
			}
		}
	}
}

func TestSARIFColumns(t *testing.T) {
	r := &Report{Rules: testRules, Diagnostics: []lint.Diagnostic{{
		Rule: testRules[0], Severity: lint.Info, Message: "m", Origin: manifest.Origin{Span: fileOf(t, "é𝔘: «𝔘\ny»")},
	}}}
	_, run := sarifOf(t, r)
	region := run.Results[0].Locations[0].PhysicalLocation.Region
	if *region.StartColumn != 6 || *region.EndColumn != 8 {
		t.Errorf("columns %d to %d", *region.StartColumn, *region.EndColumn)
	}
	if level := *run.Results[0].Level; level != "note" {
		t.Errorf("level %q", level)
	}
}

func TestSARIFManyRelated(t *testing.T) {
	origin := manifest.Origin{Span: fileOf(t, "«a»: b")}
	d := lint.Diagnostic{Rule: testRules[0], Severity: lint.Error, Origin: origin, Related: make([]lint.Related, 25)}
	origin.Via = []manifest.Span{origin.Span}
	d.Origin = origin
	_, run := sarifOf(t, &Report{Rules: testRules, Diagnostics: []lint.Diagnostic{d}})
	text := *run.Results[0].Message.Text
	if !strings.HasPrefix(text, testRules[0].Title()+". See [.:1](1); ") || !strings.HasSuffix(text, "; [.:1](10); 15 places more. Through [a.yaml:1](11)") {
		t.Errorf("message %q", text)
	}
}

// TestSARIFCut leaves out the least severe results where there are too many.
func TestSARIFCut(t *testing.T) {
	all := len(sarifResults(sample(t)))
	defer func(results, size int) { mostResults, mostBytes = results, size }(mostResults, mostBytes)
	mostResults = 2
	var out bytes.Buffer
	cut, err := SARIF(&out, sample(t))
	if want := fmt.Sprintf("%d of %d results are left out", all-2, all); err != nil || !strings.HasPrefix(cut, want) {
		t.Errorf("%q, %v", cut, err)
	}
	_, run := sarifOf(t, sample(t))
	if len(run.Results) != 2 || *run.Results[0].Level != "error" || *run.Results[1].Level != "error" {
		t.Errorf("%d results", len(run.Results))
	}
	if n := run.Invocations[0].ToolExecutionNotifications; *n[len(n)-1].Descriptor.Id != tooMany {
		t.Error("nothing says that results are left out")
	}
	mostBytes = 1
	if cut, err = SARIF(&out, sample(t)); err != nil || !strings.HasPrefix(cut, fmt.Sprintf("%d of %d results", all, all)) {
		t.Errorf("%q, %v", cut, err)
	}
}

func TestURI(t *testing.T) {
	tests := []struct{ dir, root, name, want string }{
		{"", "", "a/b.yaml", "a/b.yaml"},
		{"", "", "./a//b.yaml", "a/b.yaml"},
		{"", "", "my app/ü#1?.yaml", "my%20app/%C3%BC%231%3F.yaml"},
		{"/r", "/r", "../other/a.yaml", "../other/a.yaml"},
		{"/r/deploy/prod", "/r", "a.yaml", "deploy/prod/a.yaml"},
		{"/r/deploy/prod", "/r", "../base/a.yaml", "deploy/base/a.yaml"},
		{"/r/deploy", "/r", "/etc/a.yaml", "../etc/a.yaml"},
		{"/r/deploy", "/r", "/r/x/a.yaml", "x/a.yaml"},
		{"/", "/home/me/r", "home/me/r/a.yaml", "a.yaml"},
		{"/home/you", "/home/me/r", "../me/r/b/a.yaml", "b/a.yaml"},
		{"", "", "a:b.yaml", "a%3Ab.yaml"},
		{"", "", "100%.yaml", "100%25.yaml"},
		{"", "", "a\xff.yaml", "a%FF.yaml"},
		{"/r/deploy", "/r", "<stdin>", "%3Cstdin%3E"},
		{"", "", "", "."},
	}
	for _, tt := range tests {
		r := &Report{Dir: tt.dir, Root: tt.root}
		if got := uri(r.rooted(tt.name)); got != tt.want {
			t.Errorf("%q from %q with root %q: %q, want %q", tt.name, tt.dir, tt.root, got, tt.want)
		}
	}
}
