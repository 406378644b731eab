package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
)

// TestStrict shows what the preset strict asks for beyond the default: the tree
// "lax" gives the default preset nothing to warn of, and strict all that its
// comments say; "zero-trust" is what satisfies both.
func TestStrict(t *testing.T) {
	dir := filepath.Join("..", "testdata", "strict")
	strict := inPreset(lint.Strict)
	linttest.Wants(t, strict, lint.Warning, filepath.Join(dir, "lax.yaml"))
	linttest.Wants(t, strict, lint.Warning, filepath.Join(dir, "zero-trust.yaml"))
	lax, err := os.ReadFile(filepath.Join(dir, "lax.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(lax), "\n") // without the line that asks for the preset
	for _, d := range lintText(t, inPreset(lint.Recommended), text) {
		if d.Severity >= lint.Warning {
			t.Errorf("by default: %s [%s]", d.Message, d.Rule.Name)
		}
	}
}

// TestTags checks that a tag selects what belongs together, as --select does.
func TestTags(t *testing.T) {
	for tag, want := range map[string][]string{
		"dns":        {"dns-protocol-incomplete", "egress-missing-dns", "system-namespace-deny"},
		"cni":        {"cni-aws-limits", "cni-does-not-enforce", "cni-host-traffic", "cni-unsupported-feature"},
		"redundancy": {"allow-all-shadows-policies", "redundant-policy", "redundant-rule"},
		"coverage":   {"missing-default-deny", "namespace-unprotected", "workload-direction-uncovered", "workload-not-covered"},
		"exposure":   {"ingress-allow-all", "sensitive-port-open"},
	} {
		var tagged []string
		for _, r := range All() {
			if r.HasTag(tag) {
				tagged = append(tagged, r.Name)
			}
		}
		for _, name := range want {
			if !slices.Contains(tagged, name) {
				t.Errorf("tag %s selects %q, want %s among them", tag, tagged, name)
			}
		}
	}
}
