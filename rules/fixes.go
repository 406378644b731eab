package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// setPolicyTypes writes policyTypes out.
func setPolicyTypes(p *graph.Policy, directions ...graph.Direction) lint.Op {
	types := make([]any, len(directions))
	for i, d := range directions {
		types[i] = d.Type()
	}
	return lint.Op{Object: p.Object, Path: manifest.Field("spec", "policyTypes"), Kind: lint.Set, Value: types}
}

// clusterDNSRule is the egress rule that admits the usual DNS servers.
var clusterDNSRule = map[string]any{
	"to": []any{clusterDNSPeer},
	"ports": []any{
		map[string]any{"protocol": "UDP", "port": 53},
		map[string]any{"protocol": "TCP", "port": 53},
	},
}

// clusterDNSPeer is the usual DNS servers.
var clusterDNSPeer = map[string]any{
	"namespaceSelector": map[string]any{"matchLabels": map[string]any{graph.NameLabel: "kube-system"}},
	"podSelector":       map[string]any{"matchLabels": map[string]any{"k8s-app": "kube-dns"}},
}
