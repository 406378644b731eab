package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
)

// plant is one mistake in a clean input: in the policy of a name, a text in place
// of another one.
type plant struct {
	name, policy string
	text, by     string
	// rule has to report it on the first line of the policy that holds at.
	rule, at string
	// witness is the connection that proves it, "" where there is none.
	witness string
	// also are rules that report what follows from it, on any line.
	also []string
}

var plants = []plant{
	{
		name: "DNS rule removed", policy: "shop/allow-dns",
		text: "  - to:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n      podSelector:\n        matchLabels:\n          k8s-app: kube-dns\n    ports:\n    - protocol: UDP\n      port: 53\n    - protocol: TCP\n      port: 53\n",
		by:   "  - to:\n    - podSelector:\n        matchLabels:\n          app: postgres\n    ports:\n    - protocol: TCP\n      port: 5432\n",
		rule: "egress-missing-dns", at: "",
	},
	{
		name: "DNS over UDP only turned into TCP only", policy: "shop/allow-dns",
		text: "    - protocol: UDP\n      port: 53\n    - protocol: TCP\n      port: 53\n", by: "    - port: 53\n",
		rule: "dns-protocol-incomplete", at: "- port: 53",
	},
	{
		name: "label of CoreDNS", policy: "shop/allow-dns",
		text: "k8s-app: kube-dns", by: "k8s-app: coredns",
		rule: "dns-peer-mismatch", at: "- namespaceSelector:",
	},
	{
		name: "DNS in the own namespace", policy: "shop/allow-dns",
		text: "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n      podSelector:\n        matchLabels:\n          k8s-app: kube-dns\n",
		by:   "    - podSelector: {}\n",
		rule: "dns-peer-mismatch", at: "- podSelector: {}",
	},
	{
		name: "namespace of DNS misspelt", policy: "shop/allow-dns",
		text: "name: kube-system", by: "name: kube-sytem",
		rule: "namespace-selector-matches-nothing", at: "kube-sytem",
	},
	{
		name: "namespace of DNS left out", policy: "shop/allow-dns",
		text: "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n      podSelector:\n", by: "    - podSelector:\n",
		rule: "peer-pod-selector-local-only", at: "    - podSelector:",
	},
	{
		name: "port of another distribution's DNS", policy: "shop/allow-dns",
		text: "      port: 53\n    - protocol: TCP\n      port: 53\n", by: "      port: 5353\n    - protocol: TCP\n      port: 5353\n",
		rule: "dns-peer-mismatch", at: "- namespaceSelector:",
	},
	{
		name: "address of the DNS Service", policy: "shop/allow-dns",
		text: "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n      podSelector:\n        matchLabels:\n          k8s-app: kube-dns\n",
		by:   "    - ipBlock:\n        cidr: 10.96.0.10/32\n",
		rule: "ipblock-in-cluster", at: "cidr: 10.96.0.10/32",
	},
	{
		name: "label of pods for namespaces", policy: "shop/api",
		text: "          kubernetes.io/metadata.name: monitoring\n", by: "          app.kubernetes.io/name: prometheus\n",
		rule: "namespace-selector-matches-nothing", at: "app.kubernetes.io/name: prometheus",
	},
	{
		name: "label of namespaces for pods", policy: "shop/api",
		text: "          app.kubernetes.io/name: prometheus\n", by: "          kubernetes.io/metadata.name: monitoring\n",
		rule: "unsatisfiable-selector", at: "kubernetes.io/metadata.name: monitoring\n    ports:",
	},
	{
		name: "API server as a pod", policy: "shop/worker",
		text: "  - to:\n    - ipBlock:\n        cidr: 20.30.40.0/24\n    ports:\n    - protocol: TCP\n      port: 9000\n      endPort: 9010\n",
		by:   "  - to:\n    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: kube-system\n    ports:\n    - protocol: TCP\n      port: 6443\n",
		rule: "apiserver-as-pod", at: "  - to:\n    - namespaceSelector:",
	},
	{
		name: "AND turned into OR", policy: "shop/api",
		text: "name: monitoring\n      podSelector:", by: "name: monitoring\n    - podSelector:",
		rule: "and-or-confusion", at: "    - podSelector:\n        matchLabels:\n          app.kubernetes.io/name: prometheus",
	},
	{
		name: "typo in the subject", policy: "shop/postgres",
		text: "      app: postgres\n", by: "      app: postgers\n",
		rule: "dangling-policy", at: "app: postgers",
	},
	{
		name: "typo in a peer", policy: "shop/web",
		text: "          app: api", by: "          app: apii",
		rule: "dangling-peer", at: "app: apii",
	},
	{
		name: "labels of the Deployment", policy: "shop/web",
		text: "      app: web\n", by: "      app.kubernetes.io/name: web\n",
		rule: "selector-matches-controller-not-pods", at: "podSelector:", also: []string{"ingress-backend-blocked"},
	},
	{
		name: "hash of a rollout", policy: "shop/web",
		text: "      app: web\n", by: "      app: web\n      pod-template-hash: 6d4cf56db6\n",
		rule: "volatile-selector-label", at: "pod-template-hash", also: []string{"ingress-backend-blocked"},
	},
	{
		name: "contradiction", policy: "shop/postgres",
		text: "      tier: data\n", by: "      tier: data\n    matchExpressions:\n    - {key: tier, operator: NotIn, values: [data]}\n",
		rule: "unsatisfiable-selector", at: "- {key: tier", also: []string{"workload-not-covered"},
	},
	{
		name: "selector emptied", policy: "shop/web",
		text: "    matchLabels:\n      app: web\n", by: "",
		rule: "empty-selector-selects-all", at: "podSelector:", also: []string{"named-port-not-found"},
	},
	{
		name: "selector of everything", policy: "shop/web",
		text: "  podSelector:\n    matchLabels:\n      app: web\n", by: "  podSelector: {}\n",
		rule: "empty-selector-selects-all", at: "podSelector: {}",
	},
	{
		name: "policy in another namespace", policy: "shop/postgres",
		text: "namespace: shop", by: "namespace: monitoring",
		rule: "policy-in-wrong-namespace", at: "namespace: monitoring",
	},
	{
		name: "port of the Service", policy: "shop/api",
		text: "    - protocol: TCP\n      port: 8000\n", by: "    - protocol: TCP\n      port: 80\n",
		rule: "service-port-not-target-port", at: "port: 80",
		witness: "shop/Deployment/web -> shop/Deployment/api:8000/TCP false",
	},
	{
		name: "port of the Service for egress", policy: "shop/web",
		text: "port: 8000", by: "port: 80",
		rule: "service-port-not-target-port", at: "port: 80",
	},
	{
		name: "name of the Service's port", policy: "shop/web",
		text: "port: http", by: "port: web",
		rule: "service-port-not-target-port", at: "port: web", also: []string{"ingress-backend-blocked"},
	},
	{
		name: "typo in the name of a port", policy: "shop/web",
		text: "port: http", by: "port: htpp",
		rule: "named-port-not-found", at: "port: htpp", also: []string{"ingress-backend-blocked"},
	},
	{
		name: "wrong port", policy: "shop/postgres",
		text: "port: 5432", by: "port: 5433",
		rule: "port-not-listened", at: "port: 5433",
	},
	{
		name: "wrong protocol", policy: "shop/postgres",
		text: "protocol: TCP", by: "protocol: UDP",
		rule: "port-not-listened", at: "port: 5432",
	},
	{
		name: "peers split from their ports", policy: "shop/postgres",
		text: "    ports:\n", by: "  - ports:\n",
		rule: "split-peer-and-ports", at: "- ports:", also: []string{"sensitive-port-open"},
		witness: "8.8.8.8 -> shop/StatefulSet/postgres:5432/TCP true",
	},
	{
		name: "egress split from its ports", policy: "shop/web",
		text: "          app: api\n    ports:\n", by: "          app: api\n  - ports:\n",
		rule: "split-peer-and-ports", at: "  - ports:",
		witness: "shop/Deployment/web -> 8.8.8.8:8000/TCP true",
	},
	{
		name: "label of a namespace's name", policy: "shop/api",
		text: "kubernetes.io/metadata.name: monitoring", by: "name: monitoring",
		rule: "namespace-selector-name-label", at: "name: monitoring",
	},
	{
		name: "value that no namespace has", policy: "shop/api",
		text: "kubernetes.io/metadata.name: monitoring", by: "team: platfrom",
		rule: "namespace-selector-matches-nothing", at: "team: platfrom",
	},
	{
		name: "pods of every namespace", policy: "shop/api",
		text: "    - namespaceSelector:\n        matchLabels:\n          kubernetes.io/metadata.name: monitoring\n", by: "    - namespaceSelector: {}\n",
		rule: "spoofable-peer", at: "namespaceSelector: {}",
	},
	{
		name: "every pod of every namespace", policy: "shop/postgres",
		text: "    - podSelector:\n        matchExpressions:\n        - key: app\n          operator: In\n          values: [api, worker]\n", by: "    - namespaceSelector: {}\n",
		rule: "any-namespace-peer", at: "namespaceSelector: {}", also: []string{"sensitive-port-open"},
	},
	{
		name: "exceptions removed", policy: "shop/api",
		text: "        except:\n        - 10.0.0.0/8\n        - 172.16.0.0/12\n        - 192.168.0.0/16\n        - 169.254.0.0/16\n", by: "",
		rule: "egress-internet-includes-cluster", at: "cidr: 0.0.0.0/0",
	},
	{
		name: "every port of the Internet", policy: "shop/api",
		text: "        - 169.254.0.0/16\n    ports:\n    - protocol: TCP\n      port: 443\n", by: "",
		rule: "egress-metadata-endpoint", at: "cidr: 0.0.0.0/0",
		witness: "shop/Deployment/api -> 169.254.169.254:80/TCP true",
	},
	{
		name: "exception opened again", policy: "shop/api",
		text: "        - 169.254.0.0/16\n", by: "        - 169.254.0.0/16\n    - ipBlock:\n        cidr: 10.0.0.0/8\n",
		rule: "except-reopened", at: "- 10.0.0.0/8",
		witness: "shop/Deployment/api -> 10.0.0.1:443/TCP true",
	},
	{
		name: "egress to everything", policy: "shop/worker",
		text: "  egress:\n", by: "  egress:\n  - {}\n",
		rule: "egress-allow-all", at: "- {}", witness: "shop/Deployment/worker -> 8.8.8.8:443/TCP true", also: []string{"redundant-rule", "allow-all-shadows-policies"},
	},
	{
		name: "selector for what is outside", policy: "shop/worker",
		text: "  - to:\n    - ipBlock:\n        cidr: 20.30.40.0/24\n", by: "  # the machines of our bank, over the Internet\n  - to:\n    - namespaceSelector: {}\n",
		rule: "external-peer-as-selector", at: "  - to:\n    - namespaceSelector: {}",
	},
	{
		name: "host bits", policy: "shop/worker",
		text: "20.30.40.0/24", by: "20.30.40.7/24",
		rule: "invalid-cidr", at: "cidr: 20.30.40.7/24",
	},
	{
		name: "exception outside its block", policy: "shop/worker",
		text: "cidr: 20.30.40.0/24\n", by: "cidr: 20.30.40.0/24\n        except: [20.30.41.0/25]\n",
		rule: "invalid-cidr", at: "except:",
	},
	{
		name: "range reversed", policy: "shop/worker",
		text: "endPort: 9010", by: "endPort: 8010",
		rule: "invalid-port", at: "endPort: 8010",
	},
	{
		name: "protocol in lower case", policy: "shop/postgres",
		text: "protocol: TCP", by: "protocol: tcp",
		rule: "invalid-enum-value", at: "protocol: tcp",
	},
	{
		name: "peers emptied", policy: "shop/postgres",
		text: "    - podSelector:\n        matchExpressions:\n        - key: app\n          operator: In\n          values: [api, worker]\n", by: "",
		rule: "null-peers-allow-all", at: "from:", also: []string{"sensitive-port-open"},
	},
	{
		name: "port emptied", policy: "shop/postgres",
		text: "port: 5432", by: "port:",
		rule: "null-port-allows-all", at: "      port:",
	},
	{
		name: "rule of everything", policy: "shop/default-deny",
		text: "  - Egress\n", by: "  - Egress\n  ingress:\n  - {}\n",
		rule: "allow-all-shadows-policies", at: "- {}",
	},
	{
		name: "types left out", policy: "shop/worker",
		text: "  policyTypes:\n  - Egress\n", by: "",
		rule: "implicit-ingress-deny", at: "",
	},
	{
		name: "direction left out of the types", policy: "shop/web",
		text: "  policyTypes:\n  - Ingress\n  - Egress\n", by: "  policyTypes:\n  - Ingress\n",
		rule: "rules-ignored-by-policy-types", at: "egress:",
	},
	{
		name: "key dedented", policy: "shop/web",
		text: "    ports:\n    - protocol: TCP\n      port: http\n", by: "  ports:\n  - protocol: TCP\n    port: http\n",
		rule: "unknown-field", at: "  ports:",
	},
	{
		name: "name used twice", policy: "shop/worker",
		text: "name: worker", by: "name: web",
		rule: "duplicate-policy", at: "name: web",
	},
}

// TestPlanted plants single mistakes in a clean input: each is reported on its line
// by the rule for it, and by no other rule at warning or above but for what follows
// from it.
func TestPlanted(t *testing.T) {
	var recommended []*lint.Rule
	for _, r := range All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	clean, err := os.ReadFile(filepath.Join("..", "testdata", "planted", "shop.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range lintText(t, recommended, string(clean)) {
		if d.Severity >= lint.Warning {
			t.Errorf("line %d of the clean input: %s [%s]", lineOf(d), d.Message, d.Rule.Name)
		}
	}
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			text, line := p.in(t, string(clean))
			found, proof := false, ""
			for _, d := range lintText(t, recommended, text) {
				switch {
				case d.Rule.Name == p.rule && (lineOf(d) == line || p.at == ""):
					found = true
					if w := d.Witness; w != nil {
						proof = fmt.Sprintf("%s -> %s:%d/%s %v", w.Source, w.Destination, w.Port, w.Protocol, w.Allowed)
					}
				case d.Severity >= lint.Warning && !slices.Contains(p.also, d.Rule.Name):
					t.Errorf("line %d: not planted: %s [%s]", lineOf(d), d.Message, d.Rule.Name)
				}
			}
			if !found {
				t.Errorf("line %d: %s does not report it", line, p.rule)
			} else if p.witness != "" && proof != p.witness {
				t.Errorf("line %d: the witness is %q", line, proof)
			}
		})
	}
}

// in returns the input with the mistake and the line on which it has to be found.
func (p plant) in(t *testing.T, clean string) (text string, line int) {
	t.Helper()
	namespace, name, _ := strings.Cut(p.policy, "/")
	start := strings.Index(clean, "kind: NetworkPolicy\nmetadata:\n  name: "+name+"\n  namespace: "+namespace+"\n")
	if start < 0 || !strings.Contains(clean[start:], p.text) {
		t.Fatalf("no %q in %s", p.text, p.policy)
	}
	policy := strings.Replace(clean[start:], p.text, p.by, 1)
	at := strings.Index(policy, p.at)
	if at < 0 {
		t.Fatalf("no %q in %s", p.at, p.policy)
	}
	return clean[:start] + policy, strings.Count(clean[:start]+policy[:at], "\n") + 1
}

func lintText(t *testing.T, rules []*lint.Rule, text string) []lint.Diagnostic {
	t.Helper()
	file := filepath.Join(t.TempDir(), "input.yaml")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	_, diagnostics := linttest.Files(t, rules, file)
	return diagnostics
}

func lineOf(d lint.Diagnostic) int { return d.Origin.Span.File.Position(d.Origin.Span.Start).Line }
