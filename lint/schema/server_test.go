package schema

import (
	str "strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
)

// serverText is a policy in which each test replaces one piece of text.
const serverText = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  labels: {app: web}
spec:
  podSelector:
    matchLabels: {app: web}
    matchExpressions: [{key: tier, operator: In, values: [a]}]
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {}}]
    ports: [{port: 80, protocol: TCP, endPort: 90}]
  egress:
  - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9]}}]
`

// TestAgreesWithServer compares what is remarkable with what the decoder of
// the API server, which kubectl asks to be strict, complains about.
func TestAgreesWithServer(t *testing.T) {
	serializer := json.NewSerializerWithOptions(json.DefaultMetaFactory, runtime.NewScheme(), runtime.NewScheme(),
		json.SerializerOptions{Yaml: true, Strict: true})
	pieces := map[string][]string{
		"labels: {app: web}": {
			"labels: {app: }", "labels: {app: yes}", "labels: {app: 1_000}", "labels: {app: 1e3}", "labels: {app: 0x1f}",
			"labels: {app: .5}", "labels: {app: .inf}", "labels: {app: 2026-11-02}", "labels: {app: 12:30}", "labels: {app: 1.2.3}",
			"labels: {app: ~}", "labels: {app: !!str 1}", "labels: {app: Y}", "labels: {app: 0o17}", "labels: {app: 0b1}",
			"labels: {app: []}", "labels: [app]", "labels: app", "labels:", "label: {app: web}", "labels: {a: b, a: c}",
			"creationTimestamp: null", "generation: 1", "clusterName: c", "labels: {app: 1_}", "labels: {app: 08}", "labels: {app: True}",
		},
		"name: web\n": {"name: 1\n", "name: no\n", "name:\n", "name: |\n    yes\n"},
		"matchLabels: {app: web}": {
			"matchLabels: {app: on}", "matchLabels: ", "matchLabels: {<<: {app: web}}", "matchLabels: {<<: {app: 1}}",
			"matchlabels: {app: web}", "app: web", "matchLabels: {app: web, app: web}", "matchLabels: {app: {a: b}}",
		},
		"values: [a]":                    {"values: a", "values: [1]", "values: [off]", "values: [null]", "values: ", "value: [a]"},
		"policyTypes: [Ingress, Egress]": {"policyTypes: Ingress", "policyTypes: {}", "policyTypes: []", "policyTypes: [y]", "PolicyTypes: []"},
		"from: [{podSelector: {}}]": {
			"from: {podSelector: {}}", "from: [{}]", "from: [null]", "from: ", "from: [{podSelector: []}]", "from: [{podSelector: web}]",
			"to: []", "from: [podSelector: {namespaceSelector: {}}]",
		},
		"port: 80": {
			"port: http", `port: "80"`, "port: 80.0", "port: 80.5", "port: 8e1", "port: 0x50", "port: 010", "port: 080", "port: true",
			"port: no", "port: ", "port: [80]", "Port: 80", "port: 1_0", "port: 2026-11-02",
		},
		"endPort: 90":          {`endPort: "90"`, "endPort: 90.0", "endPort: ", "endPort: n", "endport: 90"},
		"cidr: 10.0.0.0/8":     {"cidr: 10", "cidr: ", "cidr: [10.0.0.0/8]", "cidr: 1.5"},
		"except: [10.0.0.0/9]": {"except: 10.0.0.0/9", "except: [1]", "except: {}", "excepts: []"},
		"spec:":                {"status: {}\nspec:", "spec: &a", "Spec:"},
	}
	for piece, others := range pieces {
		if str.Count(serverText, piece) != 1 {
			t.Fatalf("%q does not stand once in the text", piece)
		}
		for _, other := range others {
			text := str.Replace(serverText, piece, other, 1)
			_, facts := read(t, text, networkPolicy)
			_, _, err := serializer.Decode([]byte(text), nil, &networkingv1.NetworkPolicy{})
			if (err != nil) != (len(facts) > 0) {
				t.Errorf("%q instead of %q:\nnplint: %q\nserver: %v", other, piece, facts, err)
			}
		}
	}
	if _, _, err := serializer.Decode([]byte(serverText), nil, &networkingv1.NetworkPolicy{}); err != nil {
		t.Error(err)
	}
}
