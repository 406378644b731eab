package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

func objects(t *testing.T, text string) []*manifest.Object {
	t.Helper()
	fsys := fstest.MapFS{"f.yaml": {Data: []byte(text)}}
	r, err := load.Load(context.Background(), load.Input{FS: fsys, Paths: []string{"f.yaml"}})
	if err != nil || len(r.Bundles[0].Problems) > 0 {
		t.Fatal(err, r.Bundles[0].Problems)
	}
	return r.Bundles[0].Objects
}

// isolation writes for each workload which policies isolate it.
func isolation(g *graph.Graph) map[string]string {
	m := map[string]string{}
	for _, w := range g.Workloads {
		var in, out []string
		for _, p := range w.Isolating(graph.Ingress) {
			in = append(in, p.Name)
		}
		for _, p := range w.Isolating(graph.Egress) {
			out = append(out, p.Name)
		}
		m[w.String()] = strings.Join(in, " ") + "|" + strings.Join(out, " ")
	}
	return m
}

const shop = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: not-of-the-pods}}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      initContainers:
      - ports: [{containerPort: 1, name: plain}]
      - restartPolicy: Always
        ports: [{containerPort: 15090, name: sidecar}]
      containers:
      - ports: [{containerPort: 8080, name: http}, {containerPort: 53, protocol: UDP}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: report}}, spec: {hostNetwork: true}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: other, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: free, labels: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}, {name: s, port: 81}, {port: 82, targetPort: 8082}, {port: 83, targetPort: gone}]
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: shop}
spec: {selector: {}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress], ingress: [{}]}
`

func TestSelection(t *testing.T) {
	g := graph.New(objects(t, shop))
	want := map[string]string{
		"shop/Deployment/web": "web|all",
		"shop/CronJob/report": "|all",
		"other/Pod/web":       "|",
		"Pod/free":            "|",
	}
	if diff := cmp.Diff(want, isolation(g)); diff != "" {
		t.Error(diff)
	}
}

func TestWorkload(t *testing.T) {
	g := graph.New(objects(t, shop))
	byName := map[string]*graph.Workload{}
	for _, w := range g.Workloads {
		byName[w.String()] = w
	}
	web := byName["shop/Deployment/web"]
	containers := manifest.Field("spec", "template", "spec", "containers").Item(0).Key("ports")
	inits := manifest.Field("spec", "template", "spec", "initContainers")
	wantPorts := []graph.Port{
		{Path: containers.Item(0), Name: "http", Number: 8080, Protocol: graph.TCP},
		{Path: containers.Item(1), Number: 53, Protocol: graph.UDP},
		{Path: inits.Item(0).Key("ports").Item(0), Name: "plain", Number: 1, Protocol: graph.TCP, Init: true},
		{Path: inits.Item(1).Key("ports").Item(0), Name: "sidecar", Number: 15090, Protocol: graph.TCP},
	}
	if diff := cmp.Diff(wantPorts, web.Ports); diff != "" {
		t.Error(diff)
	}
	if !byName["shop/CronJob/report"].HostNetwork || web.HostNetwork {
		t.Error("hostNetwork is read from the wrong place")
	}
	if g.Services[1].Selector == nil || g.Services[0].Selector != nil {
		t.Error("an empty selector of a Service is none")
	}
	var targets []string
	for _, p := range g.Services[1].Ports {
		n, ok := p.TargetOn(web)
		targets = append(targets, fmt.Sprint(n, ok))
	}
	if diff := cmp.Diff([]string{"8080 true", "81 true", "8082 true", "0 false"}, targets); diff != "" {
		t.Error(diff)
	}
}

// TestEffectiveTypes walks the table of what policyTypes and the rule lists
// mean together (pkg/apis/networking/v1/defaults.go).
func TestEffectiveTypes(t *testing.T) {
	tests := []struct {
		spec            string
		ingress, egress bool
	}{
		{"{}", true, false},
		{"{policyTypes: null}", true, false},
		{"{policyTypes: []}", true, false},
		{"{egress: []}", true, false},
		{"{egress: null}", true, false},
		{"{egress: [{}]}", true, true},
		{"{egress: [null]}", true, true},
		{"{ingress: [{}]}", true, false},
		{"{policyTypes: [Egress]}", false, true},
		{"{policyTypes: [Egress], ingress: [{}]}", false, true},
		{"{policyTypes: [Ingress], egress: [{}]}", true, false},
		{"{policyTypes: [Ingress, Egress]}", true, true},
		{"{policyTypes: [Ingress, Ingress]}", true, false},
	}
	for _, test := range tests {
		g := graph.New(objects(t, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: "+test.spec+"\n"))
		p := g.Policies[0]
		if in, out := p.Side(graph.Ingress).Isolates, p.Side(graph.Egress).Isolates; in != test.ingress || out != test.egress {
			t.Errorf("%s: ingress %v, egress %v; want %v, %v", test.spec, in, out, test.ingress, test.egress)
		}
		if !p.Subject.Everything() {
			t.Errorf("%s: an absent podSelector selects everything", test.spec)
		}
	}
}

// TestRuleShapes walks the ways to write rules, peers and ports.
func TestRuleShapes(t *testing.T) {
	describe := func(r *graph.PolicyRule) string {
		var parts []string
		for _, p := range r.Peers {
			switch {
			case p.Invalid:
				parts = append(parts, "invalid")
			case p.Block != nil:
				parts = append(parts, fmt.Sprint(p.Block.CIDR, p.Block.Except))
			case p.Local():
				parts = append(parts, "local "+p.PodSelector().String())
			default:
				parts = append(parts, "in "+p.Namespaces.String()+" "+p.PodSelector().String())
			}
		}
		if r.AllPeers {
			parts = append(parts, "all peers")
		}
		for _, p := range r.Ports {
			parts = append(parts, fmt.Sprintf("%s %d-%d %q all=%v invalid=%v", p.Protocol, p.From, p.To, p.Name, p.All, p.Invalid))
		}
		if r.AllPorts {
			parts = append(parts, "all ports")
		}
		return strings.Join(parts, "; ")
	}
	tests := []struct{ rule, want string }{
		{"{}", "all peers; all ports"},
		{"null", "all peers; all ports"},
		{"{from: [], ports: null}", "all peers; all ports"},
		{"{from: [{podSelector: {}}]}", "local {}; all ports"},
		{"{from: [{namespaceSelector: {}}]}", "in {} {}; all ports"},
		{"{from: [{namespaceSelector: {}, podSelector: null}]}", "in {} {}; all ports"},
		{"{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}", "in {} a: b; all ports"},
		{"{from: [{}]}", "invalid; all ports"},
		{"{from: [null]}", "invalid; all ports"},
		{"{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}", "invalid; all ports"},
		{"{from: [{ipBlock: {cidr: 10.1.2.3/8, except: [10.2.0.0/16]}}]}", "10.0.0.0/8 [10.2.0.0/16]; all ports"},
		{"{from: [{ipBlock: {cidr: 10.0.0.1}}]}", "10.0.0.1/32 []; all ports"},
		{"{from: [{ipBlock: {cidr: 10.0.0.0/8, except: 10.1.0.1}}]}", "10.0.0.0/8 [10.1.0.1/32]; all ports"},
		{"{from: [{ipBlock: {cidr: host}}]}", "invalid; all ports"},
		{"{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [host]}}]}", "invalid; all ports"},
		{"{from: [{podSelector: web}]}", "invalid; all ports"},
		{"{ports: [{}]}", `all peers; TCP 0-0 "" all=true invalid=false`},
		{"{ports: [{port: 53}]}", `all peers; TCP 53-53 "" all=false invalid=false`},
		{"{ports: [{protocol: UDP}]}", `all peers; UDP 0-0 "" all=true invalid=false`},
		{"{ports: [{port: 1, endPort: 9, protocol: SCTP}]}", `all peers; SCTP 1-9 "" all=false invalid=false`},
		{"{ports: [{port: http}]}", `all peers; TCP 0-0 "http" all=false invalid=false`},
		{"{ports: [{port: \"80\"}]}", `all peers; TCP 80-80 "" all=false invalid=false`},
		{"{ports: [{port: 9, endPort: 1}]}", `all peers; TCP 1-9 "" all=false invalid=false`},
		{"{ports: [{port: 8000-8080}]}", `all peers; TCP 8000-8080 "" all=false invalid=false`},
		{"{ports: [{port: 1, endPort: 70000}]}", `all peers; TCP 1-70000 "" all=false invalid=true`},
		{"{ports: [{port: HTTP}]}", `all peers; TCP 0-0 "HTTP" all=false invalid=true`},
		{"{ports: [{port: 80, protocol: tcp}]}", `all peers; TCP 80-80 "" all=false invalid=false`},
		{"{ports: [{port: 80, protocol: ICMP}]}", `all peers; ICMP 80-80 "" all=false invalid=true`},
	}
	for _, test := range tests {
		g := graph.New(objects(t, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {ingress: ["+test.rule+"]}\n"))
		if got := describe(g.Policies[0].Side(graph.Ingress).Rules[0]); got != test.want {
			t.Errorf("%s: got %s, want %s", test.rule, got, test.want)
		}
	}
}

func TestPeersMatch(t *testing.T) {
	const text = shop + `
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop, kubernetes.io/metadata.name: ignored}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: peers, namespace: shop}
spec:
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - namespaceSelector: {}
    - namespaceSelector: {matchLabels: {team: shop}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}
      podSelector: {matchLabels: {app: web}}
    - ipBlock: {cidr: 10.0.0.0/8}
`
	g := graph.New(objects(t, text))
	var p *graph.Policy
	for _, p = range g.Policies {
		if p.Name == "peers" {
			break
		}
	}
	var got []string
	for _, peer := range p.Side(graph.Ingress).Rules[0].Peers {
		m := g.Match(p, peer)
		got = append(got, fmt.Sprint(m.Namespaces, m.Possible, m.Workloads))
	}
	want := []string{
		"[shop] [] [shop/Deployment/web]",
		"[? other shop] [] [Pod/free other/Pod/web shop/CronJob/report shop/Deployment/web]",
		"[shop] [? other] [shop/CronJob/report shop/Deployment/web]",
		"[other] [?] [other/Pod/web]",
		"[] [] []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWith(t *testing.T) {
	g := graph.New(objects(t, shop))
	before := isolation(g)
	changed := objects(t, `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: report}}, ingress: [{}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: new, namespace: other}
spec: {}
`)
	want := map[string]string{
		"shop/Deployment/web": "|all",
		"shop/CronJob/report": "web|all",
		"other/Pod/web":       "new|",
		"Pod/free":            "|",
	}
	if diff := cmp.Diff(want, isolation(g.With(changed...))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, isolation(g)); diff != "" {
		t.Error("the graph itself has changed", diff)
	}
}

// TestDump reads what `kubectl get all` prints: owners and what they own.
func TestDump(t *testing.T) {
	const text = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1-x, namespace: shop, ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]}
---
apiVersion: v1
kind: Pod
metadata: {name: orphan, namespace: shop, ownerReferences: [{kind: Job, name: not-in-the-input, controller: true}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop}
status: {phase: Succeeded}
`
	g := graph.New(objects(t, shop+"\n---"+text))
	var names []string
	for _, w := range g.Workloads {
		if w.Namespace.Name == "shop" {
			names = append(names, w.String())
		}
	}
	if diff := cmp.Diff([]string{"shop/CronJob/report", "shop/Deployment/web", "shop/Pod/orphan"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestUnmodelled(t *testing.T) {
	g := graph.New(objects(t, shop+`
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: c, namespace: other}
`))
	if !g.MayBeIsolated(g.Namespace("other")) || g.MayBeIsolated(g.Namespace("shop")) {
		t.Error("a Cilium policy concerns its own namespace")
	}
}
