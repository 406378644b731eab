package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var guideFile = regexp.MustCompile("(?ms)^`(policy/\\S+)`\n\n```\\w+\n(.*?)^```$")

// TestRegoGuide follows the guide by its own text: the files that it shows are
// written, tested and used, and print what it says.
func TestRegoGuide(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "rego", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	nplint := func(args ...string) (int, string) {
		var out bytes.Buffer
		status := run(context.Background(), args, streams{strings.NewReader(""), &out, &out})
		return status, out.String()
	}
	if status, out := nplint("rego", "new", "db-stays-home"); status != statusClean {
		t.Fatal(out)
	}
	if status, out := nplint("rego", "test", "policy"); status != statusClean || !strings.HasSuffix(out, "4 passed, 0 failed\n") {
		t.Fatalf("what is written to start from does not pass: %s", out)
	}
	files := guideFile.FindAllSubmatch(guide, -1)
	if len(files) != 4 {
		t.Fatalf("the guide shows %d files, want 4", len(files))
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.FromSlash(string(f[1])), f[2], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	status, out := nplint("rego", "test", "policy")
	if status != statusClean || !strings.Contains(string(guide), "```\n"+out+"```") {
		t.Errorf("exit status %d; the guide does not show:\n%s", status, out)
	}
	_, after, _ := strings.Cut(string(guide), "On our own `bad.yaml` it shows, among others:\n\n```\n")
	shown, _, _ := strings.Cut(after, "```")
	if status, out := nplint("--rego", "policy", "policy/testdata/db-stays-home/bad.yaml"); status != statusFindings || shown == "" || !strings.Contains(out, shown) {
		t.Errorf("exit status %d; the output does not hold\n%s\nbut:\n%s", status, shown, out)
	}
	if status, out := nplint("explain", "--rego", "policy", "db-stays-home"); status != statusClean || !strings.Contains(out, "# <- here") {
		t.Errorf("exit status %d: %s", status, out)
	}
}
