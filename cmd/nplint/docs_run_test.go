package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCommandsOfREADME runs the commands of the sections Use and Rules, in a
// folder that has what they name.
func TestCommandsOfREADME(t *testing.T) {
	text, _ := readDocument(t, "README.md")
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "manifests"), os.DirFS("../../testdata/hook")); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"overlays/prod/kustomization.yaml": "namespace: prod\nresources: [policy.yaml]\n",
		"overlays/prod/policy.yaml":        plainPolicy,
		"chart/Chart.yaml":                 "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
		"chart/templates/policy.yaml":      strings.Replace(plainPolicy, "name: x", "name: {{ .Values.name }}", 1),
		"prod.yaml":                        "name: x\n",
	} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile("../../testdata/hook/web.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var calls []string
	for _, section := range []string{"## Use\n", "## Rules\n"} {
		_, after, _ := strings.Cut(text, section)
		after, _, _ = strings.Cut(after, "\n## ")
		for _, m := range fenced.FindAllStringSubmatch(after, -1) {
			calls = append(calls, callsIn(m[2])...)
		}
	}
	// A rule is written before it is used.
	slices.SortStableFunc(calls, func(a, b string) int {
		return cmp.Compare(strings.Index(b, "rego new"), strings.Index(a, "rego new"))
	})
	if len(calls) < 12 || !strings.Contains(calls[0], "rego new") {
		t.Fatalf("the README calls %q", calls)
	}
	for _, call := range calls {
		var out bytes.Buffer
		args := strings.Fields(call)[1:]
		if status := run(t.Context(), args, streams{bytes.NewReader(list), &out, &out}); status == statusTrouble {
			t.Errorf("%s: %s", call, out.String())
		}
	}
}
