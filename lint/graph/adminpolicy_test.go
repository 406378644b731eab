package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/graph"
)

// adminRules writes the rules of a policy, one per line.
func adminRules(p *graph.Policy) string {
	var lines []string
	for _, d := range graph.Directions {
		for _, r := range p.Side(d).Rules {
			line := fmt.Sprint(d, " ", r.Name, [...]string{"allow", "deny", "pass"}[r.Action], r.Invalid)
			for _, peer := range r.Peers {
				line += "; " + adminPeer(peer)
			}
			for _, port := range r.Ports {
				line += fmt.Sprintf("; %s %d-%d %q %v", port.Protocol, port.From, port.To, port.Name, port.Invalid)
			}
			if r.AllPorts {
				line += "; all ports"
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func adminPeer(p *graph.Peer) string {
	switch {
	case p.Invalid:
		return "invalid"
	case p.Relative:
		return "relative " + p.PodSelector().String()
	case p.OfPods():
		return "in " + p.Namespaces.String() + " " + p.PodSelector().String()
	case p.Nodes != nil:
		return "nodes " + p.Nodes.String()
	}
	return fmt.Sprint(p.Networks, p.Domains)
}

// TestAdminRuleShapes walks the ways to write the rules of both API versions.
func TestAdminRuleShapes(t *testing.T) {
	tests := []struct{ kind, spec, want string }{
		{"ClusterNetworkPolicy", "{egress: [{name: a, action: Accept, to: [{namespaces: {}}]}]}",
			"egress aallowfalse; in {} {}; all ports"},
		{"ClusterNetworkPolicy", "{ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}}], protocols: [{tcp: {destinationPort: {number: 80}}}, {udp: {destinationPort: {range: {start: 1, end: 9}}}}, {destinationNamedPort: web}]}]}",
			`ingress denyfalse; in {} a: b; TCP 80-80 "" false; UDP 1-9 "" false;  0-0 "web" false`},
		{"ClusterNetworkPolicy", "{egress: [{action: Pass, to: [{networks: [10.1.2.3/8, '::/0']}, {nodes: {}}, {domainNames: ['*.example.com']}]}]}",
			"egress passfalse; [10.0.0.0/8 ::/0] []; nodes {}; [] [*.example.com]; all ports"},
		{"ClusterNetworkPolicy", "{egress: [{action: Deny, to: [{}, {namespaces: null}, {networks: [10.0.0.1]}, {networks: []}, {namespaces: {}, nodes: {}}]}]}",
			"egress denyfalse; invalid; invalid; invalid; invalid; invalid; all ports"},
		{"ClusterNetworkPolicy", "{egress: [{action: Drop, to: [{nodes: {}}]}, {action: Deny, to: []}]}",
			"egress allowtrue; nodes {}; all ports\negress denytrue; all ports"},
		{"ClusterNetworkPolicy", "{ingress: [{action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {}}, {}, {tcp: {destinationPort: {number: 0}}}]}]}",
			`ingress denyfalse; in {} {}; TCP 0-0 "" true;  0-0 "" true; TCP 0-0 "" true`},
		{"AdminNetworkPolicy", "{ingress: [{action: Allow, from: [{namespaces: {matchLabels: {a: b}}}], ports: [{portNumber: {port: 80}}, {portRange: {protocol: SCTP, start: 1, end: 2}}, {namedPort: web}]}]}",
			`ingress allowfalse; in a: b {}; TCP 80-80 "" false; SCTP 1-2 "" false;  0-0 "web" false`},
		{"AdminNetworkPolicy", "{ingress: [{action: Pass, from: [{namespaces: {namespaceSelector: {matchLabels: {a: b}}}}, {pods: {namespaces: {namespaceSelector: {}}, podSelector: {}}}]}]}",
			"ingress passfalse; in a: b {}; in {} {}; all ports"},
		{"BaselineAdminNetworkPolicy", "{ingress: [{action: Deny, from: [{namespaces: {sameLabels: [team]}}, {pods: {namespaces: {notSameLabels: [team]}, podSelector: {matchLabels: {a: b}}}}]}]}",
			"ingress denyfalse; relative {}; relative a: b; all ports"},
	}
	for _, test := range tests {
		g := graph.New(objects(t, "apiVersion: policy.networking.k8s.io/v1\nkind: "+test.kind+"\nmetadata: {name: p}\nspec: "+test.spec+"\n"))
		if got := adminRules(g.Admin[0]); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.spec, got, test.want)
		}
	}
}

const admin = shop + `
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: late}
spec: {tier: Admin, priority: 20, subject: {namespaces: {}}}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {}, ingress: [{action: Pass, from: [{}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: base}
spec: {tier: Baseline, priority: 1, subject: {namespaces: {}, pods: {podSelector: {}}}}
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: early}
spec:
  priority: 3
  subject: {pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchLabels: {app: web}}}}
`

// TestAdminPolicies checks the order of the tiers, the subjects and that nothing of
// them is among the policies of namespaces.
func TestAdminPolicies(t *testing.T) {
	g := graph.New(objects(t, admin))
	var got []string
	for _, p := range g.Admin {
		got = append(got, fmt.Sprint(p, p.Workloads, p.SubjectNamespaces.Invalid))
	}
	want := []string{
		"AdminNetworkPolicy/early [shop/Deployment/web] false",
		"ClusterNetworkPolicy/late [Pod/free other/Pod/web shop/Deployment/web] false",
		"BaselineAdminNetworkPolicy/default [] true",
		"ClusterNetworkPolicy/base [] true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(isolation(graph.New(objects(t, shop))), isolation(g)); diff != "" {
		t.Error("admin policies are among those of namespaces", diff)
	}
	changed := objects(t, "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: late}\nspec: {tier: Baseline, subject: {namespaces: {}}}\n")
	if got := g.With(changed...).Admin; len(got) != 4 || got[2].Name != "late" || len(got[0].Workloads) != 1 || g.Admin[1].Name != "late" {
		t.Error("the changed graph has", got)
	}
}

func TestAdminMayDecide(t *testing.T) {
	g := graph.New(objects(t, shop+`
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: a}
spec: {subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}, egress: [{action: Accept, to: [{namespaces: {}}]}]}
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: b}
spec: {subject: {namespaces: {}}, egress: [{action: Pass, to: [{namespaces: {}}]}]}
`))
	if g.MayBeIsolated(g.Namespace("shop"), graph.Ingress) || !g.MayBeIsolated(g.Namespace("shop"), graph.Egress) {
		t.Error("an admin policy decides in the directions of its rules")
	}
	if !g.MayBeIsolated(g.Namespace("shop")) || !g.MayBeIsolated(g.Namespaces[0]) || g.MayBeIsolated(g.Namespace("other")) {
		t.Error("an admin policy may decide about the namespaces that its subject may match, and no others")
	}
	if g := graph.New(objects(t, admin)); !g.MayBeIsolated(g.Namespace("other")) {
		t.Error("an admin policy with an unknown subject may decide about every namespace")
	}
}
