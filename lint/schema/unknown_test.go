package schema

import (
	"slices"
	"testing"
)

func TestUnknown(t *testing.T) {
	tests := []struct {
		name, text string
		table      *Type
		facts      []string
	}{
		{"letter case", "{spec: {podselector: {}}}", networkPolicy,
			[]string{"unknown spec.podselector, near podSelector"}},
		{"one letter", "{spec: {policyType: [Ingress]}}", networkPolicy,
			[]string{"unknown spec.policyType, near policyTypes"}},
		{"two letters swapped", "{spec: {ingress: [{form: []}]}}", networkPolicy,
			[]string{"unknown spec.ingress[0].form, near from"}},
		{"nothing near", "{spec: {ingress: [{to: []}], destination: x}}", networkPolicy,
			[]string{"unknown spec.ingress[0].to", "unknown spec.destination"}},
		{"the status that the type no longer has", "{status: {}}", networkPolicy, []string{"unknown status"}},
		{"two names as near", "{xame: 1}", closed(fields{"name": integer, "fame": integer, "count": integer}),
			[]string{"unknown xame, near fame name"}},
		{"null fits any", "{spec: {podSelectors: }}", networkPolicy,
			[]string{"unknown spec.podSelectors, near podSelector"}},

		{"near, and belongs below instead", "{spec: {ingress: [{port: 80}]}}", networkPolicy,
			[]string{"unknown spec.ingress[0].port, belongs spec.ingress[0].ports[0].port"}},
		{"near, with another kind of value", "{spec: {podSelector: {matchExpressions: [{key: a, operator: In, value: b}]}}}", networkPolicy,
			[]string{"unknown spec.podSelector.matchExpressions[0].value, near values, wants a list, not a string"}},

		{"out by a level", "{metadata: {name: a}, policyTypes: [Egress]}", networkPolicy,
			[]string{"unknown policyTypes, belongs spec.policyTypes"}},
		{"in by a level", "{spec: {ingress: [{from: [{podSelector: {namespaceSelector: {}}}]}]}}", networkPolicy,
			[]string{"unknown spec.ingress[0].from[0].podSelector.namespaceSelector, belongs spec.ingress[0].from[0].namespaceSelector"}},
		{"in by two levels", "{spec: {ingress: [{from: [{podSelector: {ports: []}}]}]}}", networkPolicy,
			[]string{"unknown spec.ingress[0].from[0].podSelector.ports, belongs spec.ingress[0].ports"}},
		{"slipped out of the field above", "{spec: {egress: [{to: [{namespaceSelector: , matchLabels: {a: b}}]}]}}", networkPolicy,
			[]string{"unknown spec.egress[0].to[0].matchLabels, belongs spec.egress[0].to[0].namespaceSelector.matchLabels"}},
		{"two places below", "{spec: {egress: [{to: [{matchLabels: {a: b}}]}]}}", networkPolicy,
			[]string{"unknown spec.egress[0].to[0].matchLabels"}},
		{"a label without matchLabels", "{spec: {podSelector: {app: web}}}", networkPolicy,
			[]string{"unknown spec.podSelector.app, belongs spec.podSelector.matchLabels.app"}},
		{"pod labels without metadata", "{spec: {template: {labels: {a: b}}}}", controller,
			[]string{"unknown spec.template.labels, belongs spec.template.metadata.labels"}},

		{"open objects know every field", "{spec: {foo: 1, template: {spec: {bar: 2}}}, extra: 3}", controller,
			[]string{"unknown extra"}},
		{"custom resources too", "{extra: 3, metadata: {label: {a: b}}}", customController,
			[]string{"unknown metadata.label, near labels"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, facts := read(t, test.text, test.table); !slices.Equal(facts, test.facts) {
				t.Errorf("facts: %q\nwant:  %q", facts, test.facts)
			}
		})
	}
}
