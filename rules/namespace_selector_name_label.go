package rules

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var namespaceSelectorNameLabel = &lint.Rule{
	Name: "namespace-selector-name-label",
	Doc: `namespace is selected by a label "name" that nothing sets

Kubernetes puts one label on every namespace, kubernetes.io/metadata.name. A label
"name", "namespace", "ns" or "project" exists only where somebody has set it, and
a selector that asks for it matches nothing until then, so that the traffic stays
denied.

Silent: where a Namespace of the input carries the label. It is possible rather
than certain where the input does not declare the namespace.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runNamespaceSelectorNameLabel,
}

// nameKeys are label keys that people take for the name of a namespace. Only
// the first is common enough to be reported where the namespace is not declared.
var nameKeys = []string{"name", "namespace", "ns", "project"}

var namespaceNamePattern = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func runNamespaceSelectorNameLabel(pass *lint.Pass) (any, error) {
	used := map[string]bool{}
	for _, n := range pass.Graph.Namespaces {
		for key := range n.Labels {
			used[key] = used[key] || n.Object != nil
		}
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Namespaces == nil || peer.Namespaces.Invalid {
			return
		}
		for _, key := range nameKeys {
			if value, pinned := peer.Namespaces.Labels()[key]; pinned && !used[key] {
				checkNameLabel(pass, p, peer, key, value)
			}
		}
	})
	return nil, nil
}

func checkNameLabel(pass *lint.Pass, p *graph.Policy, peer *graph.Peer, key, value string) {
	named := pass.Graph.Namespace(value)
	declared := named != nil && named.Object != nil
	if !namespaceNamePattern.MatchString(value) || key != nameKeys[0] && !declared {
		return
	}
	path := labelPath(p.Object, peer.Path.Key("namespaceSelector"), key)
	d := lint.Diagnostic{
		Object: p.Object, Path: path, Certainty: lint.Possible,
		Message: fmt.Sprintf("a peer of %s selects namespaces by the label %s, which nothing sets by itself, so it matches none; every namespace has its name in %s",
			p, key, graph.NameLabel),
	}
	if declared {
		d.Certainty = lint.Certain
		d.Message = fmt.Sprintf("a peer of %s selects namespaces with %s: %s, but namespace %s has no such label, so it matches none; its name is in %s",
			p, key, value, value, graph.NameLabel)
		d.Related = []lint.Related{{Object: named.Object, Path: manifest.Field("metadata", "name"), Message: "namespace " + value}}
	}
	if last := path[len(path)-1]; !last.IsItem() && last.Key == key && !slices.Contains(peer.Namespaces.Keys(), graph.NameLabel) {
		d.Fixes = []lint.Fix{{Message: "select by " + graph.NameLabel, Ops: []lint.Op{
			{Object: p.Object, Path: path, Kind: lint.RenameKey, Value: graph.NameLabel},
		}}}
	}
	pass.Report(d)
}
