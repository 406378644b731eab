package rego

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: not-of-the-pods}}
spec:
  replicas: 2
  strategy: {type: Recreate}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
      - ports: [{containerPort: 8080, name: http}]
---
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: monitoring, labels: {app: probe}}
---
apiVersion: v1
kind: Pod
metadata: {name: free}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}
    - ipBlock: {cidr: 10.1.2.3/8, except: [10.9.0.0/16]}
    ports:
    - port: http
    - {port: 9000, endPort: 9010}
`

func bundleOf(t testing.TB, text string) (*manifest.Bundle, *graph.Graph) {
	t.Helper()
	bundle, g, ok := readable(text)
	if !ok {
		t.Fatal("the manifests cannot be read")
	}
	return bundle, g
}

// readable returns what manifests hold, unless a part of them cannot be read.
func readable(text string) (b *manifest.Bundle, g *graph.Graph, ok bool) {
	r, err := load.Load(context.Background(), load.Input{FS: fstest.MapFS{"in.yaml": {Data: []byte(text)}}, Paths: []string{"."}})
	if err != nil || len(r.Bundles[0].Problems) > 0 {
		return nil, nil, false
	}
	return r.Bundles[0], graph.New(r.Bundles[0].Objects), true
}

// documented puts documentation and package before the body of a rule.
func documented(name, body string) string {
	return "# METADATA\n# title: findings for a test\n# description: Why it matters.\npackage nplint.rules." + name + "\n\n" + body
}

// lintShop runs modules, by file name, over shop.
func lintShop(t *testing.T, options *lint.Options, files map[string]string) ([]lint.Diagnostic, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	rules, err := LoadAs(fsys, "policy")
	if err != nil {
		t.Fatal(err)
	}
	if err := lint.Validate(rules); err != nil {
		t.Fatal(err)
	}
	bundle, g := bundleOf(t, shop)
	return lint.Run(context.Background(), rules, bundle, g, options)
}

// lintWith runs one module, policy/test.rego, that says only the given rules.
func lintWith(t *testing.T, options *lint.Options, body string) ([]lint.Diagnostic, error) {
	t.Helper()
	return lintShop(t, options, map[string]string{"test.rego": documented("test", body)})
}

// wantError checks that an error holds some texts.
func wantError(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", texts)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not hold %q:\n%v", text, err)
		}
	}
}

// TestFindings checks what becomes of each field of a finding.
func TestFindings(t *testing.T) {
	found, err := lintWith(t, lint.DefaultOptions(), `
report contains {
	"object": p.id, "path": port.path, "message": sprintf("%s opens %d", [p.id, port.port]),
	"severity": "error", "certainty": "certain",
	"related": [{"object": id, "path": ["spec", "template"], "message": "opened here"} | some id in p.subject.workloads],
	"witness": {"source": "10.0.0.1", "destination": p.subject.workloads[0], "protocol": "TCP", "port": port.port, "allowed": true},
} if {
	some p in input.policies
	some r in p.ingress.rules
	some port in r.ports
	port.port > 8000
}

report contains {"object": n.id, "message": "seen"} if {
	some n in input.namespaces
	n.name in {"monitoring", "shop"}
}

report contains {"object": "shop/Deployment/web", "path": ["spec", "strategy", "type"], "message": "seen", "certainty": "possible", "severity": "error"}
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range lint.Merge(found) {
		line := strings.Join([]string{d.Severity.String(), d.Certainty.String(), d.Message, "at", d.Origin.Span.Text()}, " ")
		for _, r := range d.Related {
			line += " related: " + r.Origin.Span.Text()
		}
		if d.Witness != nil {
			line += " witness: " + d.Witness.Source + " " + d.Witness.Destination
		}
		got = append(got, line)
	}
	want := []string{
		"warning certain seen at name: shop",
		"warning possible seen at type: Recreate",
		"warning certain seen at metadata: {name: probe, namespace: monitoring, labels: {app: probe}}",
		"error certain shop/NetworkPolicy/web opens 9000 at {port: 9000, endPort: 9010} related: template: witness: 10.0.0.1 shop/Deployment/web",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestWrongFindings checks that a wrong finding is an error that names the
// module, and hides neither the right ones nor those about a wrong path.
func TestWrongFindings(t *testing.T) {
	tests := []struct{ body, want string }{
		{`report contains "text"`, "it is string, not an object"},
		{`report contains {"object": "shop/Deployment/web"}`, "it has no message"},
		{`report contains {"message": "m"}`, "it has no object"},
		{`report contains {"object": 3, "message": "m"}`, "object is a number"},
		{`report contains {"object": "shop/Deployment/wbe", "message": "m"}`, `there is no object "shop/Deployment/wbe"; did you mean "shop/Deployment/web"?`},
		{`report contains {"object": "shop/Deployment/web", "mesage": "m"}`, `unknown field "mesage"; did you mean "message"?`},
		{`report contains {"object": "shop/Deployment/web", "message": "m", "severity": "high"}`, `unknown severity "high"`},
		{`report contains {"object": "shop/Deployment/web", "message": "m", "certainty": "sure"}`, `unknown certainty "sure"`},
		{`report contains {"object": "shop/Deployment/web", "message": "m", "path": ["spec", {}]}`, `neither a key nor an index`},
		{`report contains {"object": "shop/Deployment/web", "message": "m", "path": ["spec", -1]}`, `-1 is no index`},
		{`report contains {"object": "shop/NetworkPolicy/web", "message": "m", "path": ["spec", "ingress", 7, "from"]}`,
			`shop/NetworkPolicy/web has no field spec.ingress[7].from; what it has ends at "spec.ingress"`},
		{`report contains {"object": "shop/NetworkPolicy/web", "message": "m", "related": [{"object": "x"}]}`, `a related place is wrong`},
		{`report := 3`, "report is number; write `report contains finding if { ... }`"},
		{`report contains finding if {
	some o in ["a", "b", "c", "d", "e"]
	finding := {"object": o, "message": "m"}
}`, "2 more findings with such mistakes"},
	}
	for _, test := range tests {
		found, err := lintWith(t, lint.DefaultOptions(), test.body)
		wantError(t, err, "rule test: policy/test.rego:6", test.want)
		if strings.Contains(test.want, "has no field") != (len(found) == 1) {
			t.Errorf("%s: %d findings", test.body, len(found))
		}
	}
	found, err := lintWith(t, lint.DefaultOptions(), `
report contains {"object": o, "message": "m"} if some o in ["shop/Deployment/web", "gone"]`)
	if wantError(t, err, "there is no object"); len(found) != 1 {
		t.Errorf("a wrong finding hides the others: %v", found)
	}
}

// TestBuiltins asks what the engine and the graph know.
func TestBuiltins(t *testing.T) {
	tests := []struct{ condition, want string }{
		{`nplint.selects({}, {"a": "b"})`, "true"},
		{`nplint.selects({"matchLabels": {"a": "b"}}, {"a": "c"})`, "false"},
		{`nplint.selects({"matchExpressions": [{"key": "a", "operator": "NotIn", "values": ["b"]}]}, {})`, "true"},
		{`[nplint.selects(p.subject.pod_selector, w.pod_labels) | some p in input.policies; some w in input.workloads]`, "[false, false, true]"},
		{`nplint.isolated("shop/Deployment/web", "ingress")`, "true"},
		{`nplint.isolated("shop/Deployment/web", "egress")`, "false"},
		{`[w.id | some w in input.workloads; w.isolated.ingress]`, `["shop/Deployment/web"]`},
		{`nplint.allowed("monitoring/Pod/probe", "shop/Deployment/web")`,
			`{"may": [{"ports": "8080,9000-9010", "protocol": "TCP", "ranges": [{"from": 8080, "to": 8080}, {"from": 9000, "to": 9010}]}], "must": [{"ports": "8080,9000-9010", "protocol": "TCP", "ranges": [{"from": 8080, "to": 8080}, {"from": 9000, "to": 9010}]}]}`},
		{`nplint.allowed("10.9.0.1", "shop/Deployment/web").may`, `[]`},
		{`nplint.allowed("shop/Deployment/web", "192.0.2.0/24").must`, `[{"protocol": "all"}]`},
		{`count(nplint.allowed({"namespaces": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}, "shop/Deployment/web").must)`, `1`},
		{`count(nplint.allowed("node", "shop/Deployment/web").may)`, `1`},
		{`nplint.allowed("ingress-controller", "shop/Deployment/web").must`, `[]`},
		{`[[c.source, c.destination, c.certainty, count(c.allowed)] | some c in nplint.connections("shop/Deployment/web"); c.destination == "shop/Deployment/web"]`,
			`[["?/Pod/free", "shop/Deployment/web", "possible", 1], ["monitoring/Pod/probe", "shop/Deployment/web", "certain", 1], ["10.0.0.0-10.8.255.255", "shop/Deployment/web", "certain", 1], ["10.10.0.0-10.255.255.255", "shop/Deployment/web", "certain", 1]]`},
		{`[[r.object, r.path, r.direction] | some r in nplint.explain("monitoring/Pod/probe", "shop/Deployment/web")]`,
			`[["shop/NetworkPolicy/web", ["spec", "ingress", 0, "from", 0], "ingress"]]`},
		{`nplint.explain("shop/Deployment/web", "monitoring/Pod/probe")`, `[]`},
		{`[w.id | some w in input.workloads; w.namespace == "?"]`, `["?/Pod/free"]`},
		{`input.policies[0].ingress.rules[0].peers[1].cidrs`, `["10.0.0.0/8"]`},
		{`input.policies[0].ingress.rules[0].peers[0].workloads`, `["monitoring/Pod/probe"]`},
	}
	for _, test := range tests {
		found, err := lintWith(t, lint.DefaultOptions(),
			`report contains {"object": "shop/Deployment/web", "message": sprintf("%v", [x])} if x := `+test.condition)
		if err != nil {
			t.Errorf("%s: %v", test.condition, err)
		} else if len(found) != 1 || found[0].Message != test.want {
			t.Errorf("%s: got %v, want %s", test.condition, found[0].Message, test.want)
		}
	}
}

// TestBuiltinMistakes checks that a wrong argument is an error with its place.
func TestBuiltinMistakes(t *testing.T) {
	tests := []struct{ condition, want string }{
		{`nplint.isolated("shop/Deployment/wbe", "ingress")`, `there is no workload "shop/Deployment/wbe"; did you mean "shop/Deployment/web"?`},
		{`nplint.isolated("shop/Deployment/web", "in")`, `"in" is no direction`},
		{`nplint.selects({"app": "web"}, {})`, `it has the field "app"`},
		{`nplint.selects({"matchExpressions": [{"key": "a", "operator": "Is"}]}, {})`, `is no LabelSelector that Kubernetes accepts`},
		{`nplint.allowed({"pod": {}}, "shop/Deployment/web")`, `pods outside the input are`},
	}
	for _, test := range tests {
		_, err := lintWith(t, lint.DefaultOptions(), `report contains {"object": "shop/Deployment/web", "message": "m"} if `+test.condition)
		wantError(t, err, "rule test: policy/test.rego:6:", test.want, "  6 | report contains")
	}
}
