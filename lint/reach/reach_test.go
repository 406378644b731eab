package reach_test

import (
	"context"
	"net/netip"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/reach"
)

// graphOf returns the graph of some manifests.
func graphOf(t testing.TB, text string) *graph.Graph {
	t.Helper()
	fsys := fstest.MapFS{"f.yaml": {Data: []byte(text)}}
	r, err := load.Load(context.Background(), load.Input{FS: fsys, Paths: []string{"f.yaml"}})
	if err != nil || len(r.Bundles[0].Problems) > 0 {
		t.Fatal(err, r.Bundles[0].Problems)
	}
	return graph.New(r.Bundles[0].Objects)
}

func workload(t testing.TB, g *graph.Graph, name string) *graph.Workload {
	t.Helper()
	for _, w := range g.Workloads {
		if w.String() == name {
			return w
		}
	}
	t.Fatalf("no workload %s", name)
	return nil
}

const shop = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop, labels: {app: agent}}
spec: {hostNetwork: true}
---
apiVersion: v1
kind: Pod
metadata: {name: curl, namespace: elsewhere, labels: {app: curl}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}, {podSelector: {matchLabels: {app: agent}}}]
    ports: [{port: sql}]
  - from: [{namespaceSelector: {matchLabels: {team: b}}}]
    ports: [{port: 9187}]
  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
`

func TestAllowed(t *testing.T) {
	g := graphOf(t, shop)
	e := reach.New(g, lint.DefaultOptions())
	w := func(name string) reach.Endpoint { return reach.Workload(workload(t, g, name)) }
	ip := func(s string) reach.Endpoint { return reach.Address(netip.MustParseAddr(s)) }
	web, db, agent, curl := w("shop/Pod/web"), w("shop/Pod/db"), w("shop/Pod/agent"), w("elsewhere/Pod/curl")
	team := graph.SelectorOf(map[string]string{"team": "b"})
	for _, test := range []struct {
		src, dst  reach.Endpoint
		must, may string
	}{
		{web, db, "TCP 5432", "all"}, // the address of web may be in 10.0.0.0/8
		{db, web, "none", "none"},
		{web, curl, "all", "all"},
		{agent, db, "none", "all"},
		{curl, db, "none", "all"}, // namespace elsewhere is not declared
		{ip("10.0.0.1"), db, "all", "all"},
		{ip("10.1.0.1"), db, "none", "none"},
		{ip("10.1.0.1"), web, "all", "all"},
		{web, ip("8.8.8.8"), "all", "all"},
		{reach.Node, db, "none", "all"},
		{reach.Controller, db, "none", "all"},
		{reach.Controller, web, "all", "all"},
		{reach.Pods(reach.Region{Namespaces: team}), db, "TCP 9187", "all"},
		{reach.Pods(reach.Region{Pods: graph.SelectorOf(map[string]string{"app": "x"})}), db, "none", "all"},
		{web, reach.Pods(reach.Region{Namespace: g.Namespace("shop"), Pods: graph.SelectorOf(map[string]string{"app": "db"})}), "none", "all"},
	} {
		if got := e.Allowed(test.src, test.dst); got.Must.String() != test.must || got.May.String() != test.may {
			t.Errorf("%s -> %s: must %s, may %s; want %s, %s", test.src, test.dst, got.Must, got.May, test.must, test.may)
		}
	}
	options := lint.DefaultOptions()
	options.CNI = "cilium"
	e = reach.New(g, options)
	for _, test := range []struct {
		src       reach.Endpoint
		must, may string
	}{{web, "TCP 5432", "TCP 5432"}, {agent, "none", "all"}} { // agent may be on the node of db
		if got := e.Allowed(test.src, db); got.Must.String() != test.must || got.May.String() != test.may {
			t.Errorf("cilium: %s -> %s: must %s, may %s; want %s, %s", test.src, db, got.Must, got.May, test.must, test.may)
		}
	}
}
