package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
)

// TestSlips plants one mistake at a time in policies that are right. Each is
// found on its line, by one rule, and nothing else is reported.
func TestSlips(t *testing.T) {
	right, err := os.ReadFile(filepath.Join("..", "testdata", "slips", "shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	// The old text is found after the name of a policy. The mistake is reported
	// where the new text has its mark.
	const mark = "^"
	tests := []struct{ policy, old, new, rule string }{
		{"", "", "", ""},
		{"web", "protocol: TCP", "^protocol: tcp", "invalid-enum-value"},
		{"web", "protocol: TCP", "^protocol: HTTP", "invalid-enum-value"},
		{"web", "- Ingress", "^- ingress", "invalid-enum-value"},
		{"web", "policyTypes:", "^policyTypes:\n  - All", "invalid-enum-value"},
		{"cart", "operator: In", "^operator: in", "invalid-enum-value"},
		{"web", "10.0.0.0/8", "^10.0.0.0/33", "invalid-cidr"},
		{"web", "10.0.0.0/8", "^10.0.0.1/8", "invalid-cidr"},
		{"web", "10.1.0.0/16", "^10.1.0.1", "invalid-cidr"},
		{"web", "10.1.0.0/16", "^192.168.0.0/16", "invalid-cidr"},
		{"web", "10.1.0.0/16", "^10.0.0.0/8", "invalid-cidr"},
		{"web", "except:\n        - 10.1.0.0/16", "^except: 10.1.0.0/16", "wrong-scalar-type"},
		{"web", "cidr: 10.0.0.0/8", "^cdir: 10.0.0.0/8", "unknown-field"},
		{"web", "cidr: 10.0.0.0/8\n        except:\n        - 10.1.0.0/16", "^cidr: 10.0.0.1", "invalid-cidr"},
		{"cart", "port: 9000\n      endPort: 9090", "port: 9090\n      ^endPort: 9000", "invalid-port"},
		{"cart", "port: 9000\n      endPort: 9090", "^port: 9000-9090", "invalid-port"},
		{"cart", "port: 7070", "^port: 70700", "invalid-port"},
		{"cart", "port: 7070", "^port: \"7070\"", "wrong-scalar-type"},
		{"cart", "port: 7070", "^port:", "null-port-allows-all"},
		{"cart", "port: 7070", "^prot: 7070", "unknown-field"},
		{"web", "port: http", "^port: HTTP", "invalid-port"},
		{"cart", "- podSelector:\n        matchLabels:\n          app: web", "^- {}", "invalid-peer"},
		{"cart", "- podSelector:\n        matchLabels:\n          app: web", "^- podSelector:", "invalid-peer"},
		{"cart", "from:\n    - podSelector:\n        matchLabels:\n          app: web", "^from:", "null-peers-allow-all"},
		{"cart", "from:\n    - podSelector:\n        matchLabels:\n          app: web", "^from: []", "null-peers-allow-all"},
		{"cart", "- podSelector:\n        matchLabels:\n          app: web", "^- ipBlock: {cidr: 10.0.0.0/8}\n      podSelector: {}", "invalid-peer"},
		{"cart", "app: web", "^app: 'web app'", "invalid-selector"},
		{"web", "namespace: shop", "namespace: shop\n  labels: {^version: 1.0}", "wrong-scalar-type"},
		{"cart", "values:\n      - cart", "^values: []", "invalid-selector"},
		{"cart", "values:\n      - cart", "^values: cart", "wrong-scalar-type"},
		{"cart", "values:\n      - cart", "^value:\n      - cart", "unknown-field"},
		{"web", "  podSelector:\n    matchLabels:\n      app: web", "  podSelector:\n  ^matchLabels:\n    app: web", "unknown-field"},
		{"web", "  podSelector:\n    matchLabels:\n      app: web", "  podSelector:\n    ^app: web", "unknown-field"},
		{"web", "podSelector:\n    matchLabels", "^podselector:\n    matchLabels", "unknown-field"},
		{"web", "matchLabels", "^matchLables", "unknown-field"},
		{"web", "  policyTypes:\n  - Ingress\n  - Egress", "  ^polcyTypes:\n  - Ingress\n  - Egress", "unknown-field"},
		{"web", "policyTypes:", "^policyType:", "unknown-field"},
		{"web", "policyTypes:\n  - Ingress\n  - Egress", "^policyTypes: Ingress, Egress", "wrong-scalar-type"},
		{"dns", "policyTypes:\n  - Egress", "^policyTypes: Egress", "wrong-scalar-type"},
		{"web", "    ports:\n    - port: http\n      protocol: TCP", "  ^ports:\n  - port: http\n    protocol: TCP", "unknown-field"},
		{"cart", "      podSelector:\n        matchLabels:\n          app: prometheus", "        ^podSelector:\n          matchLabels:\n            app: prometheus", "unknown-field"},
		{"cart", "      podSelector:\n        matchLabels:\n          app: prometheus", "    ^podSelector:\n      matchLabels:\n        app: prometheus", "unknown-field"},
		{"web", "    ports:\n    - port: http\n      protocol: TCP", "      ^ports:\n      - port: http\n        protocol: TCP", "unknown-field"},
		{"web", "    ports:\n    - port: http\n      protocol: TCP", "    ^port: http\n    protocol: TCP", "unknown-field"},
		{"web", "    matchLabels:\n      app: web\n  policyTypes:\n  - Ingress\n  - Egress", "    matchLabels:\n      app: web\n      ^policyTypes:\n      - Ingress\n      - Egress", "wrong-scalar-type"},
		{"web", "  egress:\n  - to", "  ^egres:\n  - to", "unknown-field"},
		{"web", "name: web", "^name: Web_1", "invalid-metadata"},
		{"cart", "name: cart", "^name: web", "duplicate-policy"},
		{"web", "namespace: shop", "namespace: shop\n  labels: {^chart: web-1.0+a}", "invalid-metadata"},
	}
	var recommended []*lint.Rule
	for _, r := range All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	for _, test := range tests {
		t.Run(test.policy+": "+test.new, func(t *testing.T) {
			start := strings.Index(string(right), "\n  name: "+test.policy) + 1
			before, after := string(right[:start]), string(right[start:])
			if !strings.Contains(after, test.old) {
				t.Fatalf("%q does not stand in the policy", test.old)
			}
			text := before + strings.Replace(after, test.old, test.new, 1)
			line := 1 + strings.Count(text[:max(0, strings.Index(text, mark))], "\n")
			file := filepath.Join(t.TempDir(), "shop.yaml")
			if err := os.WriteFile(file, []byte(strings.Replace(text, mark, "", 1)), 0o666); err != nil {
				t.Fatal(err)
			}
			_, diagnostics := linttest.Files(t, recommended, file)
			found := false
			for _, d := range diagnostics {
				if d.Severity < lint.Warning {
					continue
				}
				at := d.Origin.Span.File.Position(d.Origin.Span.Start).Line
				if d.Rule.Name != test.rule || at != line {
					t.Errorf("line %d: not planted: %s: %s [%s]", at, d.Severity, d.Message, d.Rule.Name)
				}
				found = true
			}
			if !found && test.rule != "" {
				t.Errorf("%s is not reported on line %d", test.rule, line)
			}
		})
	}
}
