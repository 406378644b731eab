package schema

import (
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// TestMeant reads fields that the API does not know where they are meant to be.
func TestMeant(t *testing.T) {
	tests := []struct{ name, text, meant, written, readAs string }{
		{"another spelling", "podselector: {matchLabels: {app: web}}", `{podSelector: {matchLabels: {app: "web"}}}`, "{}", "spec.podSelector"},
		{"in its item", "ingress: [{form: []}, {from: []}]", `{ingress: [{from: []}, {from: []}]}`, "{ingress: [{}, {from: []}]}", "spec.ingress[0].from"},
		{"beside the right one", "podSelector: {}\npodSelecter: {matchLabels: {app: web}}", "{podSelector: {}}", "{podSelector: {}}", ""},
		{"beside a null one", "podSelector:\npodSelecter: {}", "{podSelector: {}}", "{podSelector: null}", "spec.podSelector"},
		{"no telling", "description: none", "{}", "{}", ""},
		{"with another kind of value", "policyTyps: web", "{}", "{}", ""},
		{"out by one", "podSelector:\nmatchLabels: {app: web}", `{podSelector: {matchLabels: {app: "web"}}}`, "{podSelector: null}", "spec.podSelector.matchLabels"},
		{"labels without matchLabels", "podSelector: {app: web}", `{podSelector: {matchLabels: {app: "web"}}}`, "{podSelector: {}}", "spec.podSelector.matchLabels.app"},
		{"in by one", "podSelector: {policyTypes: [Egress]}", `{podSelector: {}, policyTypes: ["Egress"]}`, "{podSelector: {}}", "spec.policyTypes"},
		{"in among the labels", "podSelector: {matchLabels: {app: web, policyTypes: [Egress]}}",
			`{podSelector: {matchLabels: {app: "web"}}, policyTypes: ["Egress"]}`, `{podSelector: {matchLabels: {app: "web"}}}`, "spec.policyTypes"},
		{"out of the last item", "ingress: [{from: []}, {from: []}]\nports: [{port: 80}]",
			`{ingress: [{from: []}, {from: [], ports: [{port: 80}]}]}`, "{ingress: [{from: []}, {from: []}]}", "spec.ingress[1].ports"},
		{"out of the last item, where it stands already", "ingress: [{ports: []}]\nports: [{port: 80}]",
			"{ingress: [{ports: []}]}", "{ingress: [{ports: []}]}", ""},
		{"without its list", "ingress: [{port: 80}]", "{ingress: [{ports: [{port: 80}]}]}", "{ingress: [{}]}", "spec.ingress[0].ports[0].port"},
		{"into what is no map", "podSelector: web\nmatchLabels: {app: web}", `{podSelector: "web"}`, `{podSelector: "web"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var node yaml.Node
			if err := yaml.Unmarshal([]byte(test.text), &node); err != nil {
				t.Fatal(err)
			}
			object := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "spec"}, node.Content[0]}}
			meant, written, facts := Decode(object, networkPolicy)
			if got := show(meant.Get("spec")); got != test.meant {
				t.Errorf("meant: %s, want %s", got, test.meant)
			}
			if got := show(written.Get("spec")); got != test.written {
				t.Errorf("written: %s, want %s", got, test.written)
			}
			var fact manifest.Fact
			if len(facts) > 0 {
				fact = facts[0]
			}
			if got := fact.ReadAs.String(); got != test.readAs {
				t.Errorf("read as %q, want %q", got, test.readAs)
			}
		})
	}
}
