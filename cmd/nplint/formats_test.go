package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v2/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// outputIn runs nplint in a folder and returns its standard output.
func outputIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	t.Chdir(dir)
	var out, errs bytes.Buffer
	if status := run(t.Context(), args, streams{bytes.NewReader(nil), &out, &errs}); status == statusTrouble {
		t.Fatalf("nplint %q in %s: %s", args, dir, errs.String())
	}
	return out.String()
}

// TestSameFilesByAnyWay lints a folder of a repository by relative, absolute and
// symbolic paths from several folders: the formats for services say the same.
func TestSameFilesByAnyWay(t *testing.T) {
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	shop := filepath.Join(repo, "deploy", "my shop")
	for _, dir := range []string{filepath.Join(repo, ".git"), shop, filepath.Join(top, "elsewhere")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(shop, os.DirFS("../../testdata/shop")); err != nil {
		t.Fatal(err)
	}
	link, inner := filepath.Join(top, "link"), filepath.Join(repo, "inner")
	for name, target := range map[string]string{link: repo, inner: shop} {
		if err := os.Symlink(target, name); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	for _, format := range []string{"sarif", "github", "gitlab", "junit", "checkstyle", "markdown"} {
		want := outputIn(t, repo, "-o", format, "deploy")
		if !bytes.Contains([]byte(want), []byte("deploy/my")) {
			t.Errorf("%s does not name files from the root:\n%s", format, want)
		}
		for _, way := range []struct {
			dir  string
			args []string
		}{
			{repo, nil}, {repo, []string{"./deploy/"}}, {repo, []string{shop}}, {repo, []string{"inner"}},
			{shop, nil}, {shop, []string{"../../deploy"}}, {inner, []string{"."}},
			{top, []string{"repo"}}, {top, []string{"link/deploy"}}, {link, nil},
			{filepath.Join(top, "elsewhere"), []string{"../link/deploy/my shop"}},
		} {
			if diff := cmp.Diff(want, outputIn(t, way.dir, append([]string{"-o", format}, way.args...)...)); diff != "" {
				t.Errorf("%s of %q in %s:\n%s", format, way.args, way.dir, diff)
			}
		}
	}
}

// TestSARIFOfRules checks the SARIF file of real rules: it fits the schema, lists
// each rule, and walks the witnesses.
func TestSARIFOfRules(t *testing.T) {
	compiled, err := jsonschema.NewCompiler().Compile("../../lint/report/testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	text := outputIn(t, "../../testdata", "-o", "sarif", "--preset", "all", "rules/egress-allow-all", "rules/one-sided-allow")
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Error(err)
	}
	var file sarif.Report
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	r := file.Runs[0]
	if n, want := len(r.Tool.Driver.Rules), len(builtIn()); n != want {
		t.Errorf("%d of %d rules are listed", n, want)
	}
	walked := 0
	for _, result := range r.Results {
		if result.PartialFingerprints["primaryLocationLineHash"] == nil {
			t.Errorf("no fingerprint: %s", *result.Message.Text)
		}
		for _, flow := range result.CodeFlows {
			walked++
			if steps := flow.ThreadFlows[0].Locations; len(steps) < 3 {
				t.Errorf("%d steps: %s", len(steps), *result.Message.Text)
			}
		}
	}
	if walked == 0 {
		t.Error("no witness is walked")
	}
}
