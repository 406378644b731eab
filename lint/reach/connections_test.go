package reach_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/reach"
)

// TestConnections compares all pairs with what Allowed says of each, whichever
// way they were computed.
func TestConnections(t *testing.T) {
	g := graphOf(t, shop+`
---
apiVersion: v1
kind: Pod
metadata: {name: web2, namespace: shop, labels: {app: web, other: label}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: db}}}]
    ports: [{port: sql}]
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
`)
	e := reach.New(g, lint.DefaultOptions())
	all, err := e.Connections(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]reach.Verdict{}
	var text []string
	for _, c := range all {
		listed[c.Source.String()+" "+c.Destination.String()] = c.Verdict
		if got := e.Allowed(c.Source, c.Destination); got != c.Verdict {
			t.Errorf("%s -> %s: %v, but Allowed says %v", c.Source, c.Destination, c.Verdict, got)
		}
		if c.Source.Workload() != nil && c.Destination.Workload() == nil {
			text = append(text, fmt.Sprintf("%s -> %s: %s", c.Source, c.Destination, c.Must))
		}
	}
	for _, src := range g.Workloads {
		for _, dst := range g.Workloads {
			if src == dst {
				continue
			}
			want := e.Allowed(reach.Workload(src), reach.Workload(dst))
			if got := listed[src.String()+" "+dst.String()]; got != want {
				t.Errorf("%s -> %s: listed %v, Allowed says %v", src, dst, got, want)
			}
		}
	}
	want := `elsewhere/Pod/curl -> 0.0.0.0-255.255.255.255: all
elsewhere/Pod/curl -> ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: all
shop/Pod/agent -> 0.0.0.0-255.255.255.255: all
shop/Pod/agent -> ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: all
shop/Pod/web -> 203.0.113.0-203.0.113.255: all
shop/Pod/web2 -> 203.0.113.0-203.0.113.255: all`
	if got := strings.Join(text, "\n"); got != want {
		t.Errorf("to the outside:\n%s\nwant:\n%s", got, want)
	}
}
