package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
)

// complaint is something that users of linters for policies complain about:
// either the linter cries where nothing is wrong, or it keeps silent.
type complaint struct {
	about string
	input string
	// want lists the rules that must report at warning or above, in the order of
	// their names, each once; others must not.
	want []string
}

const (
	web   = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {metadata: {labels: {app: web, tier: front}}}}\n"
	other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec: {template: {metadata: {labels: {app: api, tier: back}}}}\n"
)

func policy(name, namespace, spec string) string {
	return "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + name + ", namespace: " + namespace + "}\nspec: " + spec + "\n"
}

const dnsRule = `{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}`

var complaints = []complaint{
	{about: "podSelector {} is said to target no pods", input: policy("deny", "shop", "{podSelector: {}}")},
	{about: "podSelector {} is not counted as coverage", input: web + other + policy("deny", "shop", "{podSelector: {}}")},
	{about: "an empty matchLabels is not counted as coverage", input: web + policy("deny", "shop", "{podSelector: {matchLabels: {}}}")},
	{about: "a null matchLabels is not counted as coverage", input: web + policy("deny", "shop", "{podSelector: {matchLabels: null}}")},
	{about: "policies and workloads in different repositories", input: policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: 8080}]}]}")},
	{about: "a near miss within one input is not found", want: []string{"dangling-policy"},
		input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: wbe}}}")},
	{about: "a CiliumNetworkPolicy is not recognised", input: web + "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {endpointSelector: {}, ingress: [{}]}\n"},
	{about: "the specs of a CiliumNetworkPolicy are not recognised", input: web + "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspecs: [{endpointSelector: {}, ingress: [{}]}]\n"},
	{about: "a GlobalNetworkPolicy of Calico is not recognised", input: web + "---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: deny}\nspec: {selector: all(), types: [Ingress, Egress]}\n"},
	{about: "a NetworkPolicy of Calico is not recognised", input: web + "---\napiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {selector: all()}\n"},
	{about: "a ClusterNetworkPolicy is not recognised", input: web + "---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: deny}\nspec: {tier: Baseline, priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n"},
	{about: "a policy of another namespace counts as protection", want: []string{"namespace-unprotected"},
		input: web + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: test}\nspec: {template: {metadata: {labels: {app: web}}}}\n" + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 80}]}]}")},
	{about: "matchExpressions are ignored, so that a policy covers nothing", input: web + policy("web", "shop", "{podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}")},
	{about: "matchExpressions are ignored, so that a policy covers everything", want: []string{"workload-not-covered"},
		input: web + other + policy("web", "shop", "{podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}")},
	{about: "two labels of which pods have both", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web, tier: front}}}")},
	{about: "objects without a namespace do not match each other", input: strings.ReplaceAll(web+policy("web", "shop", "{podSelector: {matchLabels: {app: web}}}"), ", namespace: shop", "")},
	{about: "a pod is not secured because the rules do not match it", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}], ports: [{port: 9090}]}]}")},
	{about: "namespaceSelector {} is said to match nothing", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]}")},
	{about: "an ipBlock is said to match no pods", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 13.107.6.0/24, except: [13.107.6.7/32]}}], ports: [{port: 80}]}]}")},
	{about: "policyTypes are left out", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]}")},
	{about: "a default deny has no rules", input: web + policy("deny", "shop", "{podSelector: {}, policyTypes: [Ingress, Egress]}")},
	{about: "ingress and egress are in two policies", input: web + policy("in", "shop", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]}") + policy("out", "shop", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: ["+dnsRule+"]}")},
	{about: "DNS to the cluster's servers is said to be blocked", input: web + policy("out", "shop", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: ["+dnsRule+", {to: [{podSelector: {matchLabels: {app: web}}}]}]}")},
	{about: "egress to the Internet on one port, without the private ranges", input: web + policy("out", "shop", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: ["+dnsRule+", {to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16]}}], ports: [{port: 443}]}]}")},
	{about: "a chart that ships no policy", input: strings.ReplaceAll(web, "{name: web, namespace: shop}", "{name: web, labels: {helm.sh/chart: web-1.0}}")},
	{about: "pods without a policy are reported one by one", want: []string{"namespace-unprotected"}, input: web + other + strings.ReplaceAll(web, "name: web", "name: web2")},
	{about: "pods that an operator creates", input: web + policy("db", "shop", "{podSelector: {matchLabels: {cnpg.io/cluster: db}}}") + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}}") + policy("kafka", "shop", "{podSelector: {matchLabels: {strimzi.io/cluster: k, strimzi.io/kind: Kafka}}}") + policy("solver", "shop", "{podSelector: {matchLabels: {acme.cert-manager.io/http01-solver: 'true'}}}")},
	{about: "pods that something else creates, said in an annotation", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}}") +
		strings.Replace(policy("runner", "shop", "{podSelector: {matchLabels: {app: wep}}}"), "namespace: shop}", "namespace: shop, annotations: {nplint.dev/external-pods: made by the runner}}", 1)},
	{about: "variables that Flux fills in later", input: web + policy("web", "shop", "{podSelector: {matchLabels: {app: '${APP}'}}}")},
	{about: "the policy of a node exporter, which some plugins enforce", input: strings.Replace(web, "tier: front}}", "tier: front}}, spec: {hostNetwork: true}", 1) + policy("web", "shop", "{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 9100}]}]}")},
	{about: "probes are said to be blocked by a default deny", input: strings.Replace(web, "tier: front}}", "tier: front}}, spec: {containers: [{name: web, readinessProbe: {httpGet: {port: 8080}}}]}", 1) + policy("deny", "shop", "{podSelector: {}}")},
}

// TestComplaints lints what users of other linters complain about with all
// rules of the default preset.
func TestComplaints(t *testing.T) {
	for _, c := range complaints {
		t.Run(c.about, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range lintText(t, inPreset(lint.Recommended), c.input) {
				if d.Severity >= lint.Warning {
					got = append(got, d.Rule.Name)
					if !slices.Contains(c.want, d.Rule.Name) {
						t.Errorf("not wanted: %s: %s [%s]", d.Severity, d.Message, d.Rule.Name)
					}
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("reported by %q, want %q", got, c.want)
			}
		})
	}
}

// inPreset returns the rules that a preset runs.
func inPreset(p lint.Preset) []*lint.Rule {
	return slices.DeleteFunc(All(), func(r *lint.Rule) bool { return r.Preset > p })
}
