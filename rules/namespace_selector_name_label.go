package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var namespaceSelectorNameLabel = &lint.Rule{
	Name: "namespace-selector-name-label",
	Doc: `namespace is selected by a label "name" that nothing sets

Kubernetes puts one label on every namespace, kubernetes.io/metadata.name. A label
"name", "namespace", "ns" or "project" exists only where somebody has set it. A
selector that asks for it matches nothing until then, so that the traffic stays
denied; one that leaves namespaces out by it leaves out none.

It is possible rather than certain where the input does not declare the namespace;
then only "name" is reported, and as info where the input declares no namespaces
at all, unless the namespace is one that every cluster has.

Silent: where a Namespace of the input carries such a label.

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
	used, declares := map[string]bool{}, false
	for _, n := range pass.Graph.Namespaces {
		if n.Object == nil {
			continue
		}
		declares = true
		for key := range n.Labels {
			used[key] = true
		}
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Namespaces == nil || peer.Namespaces.Invalid {
			return
		}
		for _, key := range nameKeys {
			if !used[key] && slices.Contains(peer.Namespaces.Keys(), key) {
				checkNameLabel(pass, p, peer, key, declares)
			}
		}
	})
	return nil, nil
}

// checkNameLabel checks what a peer asks of a key that no Namespace of the
// input has.
func checkNameLabel(pass *lint.Pass, p *graph.Policy, peer *graph.Peer, key string, declares bool) {
	path := labelPath(p.Object, peer.Path.Key("namespaceSelector"), key)
	names, keeps := peer.Namespaces.Values(key)
	if !keeps {
		names = leftOut(p.Object.Value.At(path))
	}
	if len(names) == 0 || slices.ContainsFunc(names, func(s string) bool { return !namespaceNamePattern.MatchString(s) }) {
		return
	}
	verb, so := "selects", "it matches none"
	if !keeps {
		verb, so = "leaves out", "it leaves out none"
	}
	d := lint.Diagnostic{Object: p.Object, Path: path, Fixes: renameToNameLabel(p, peer, path, key)}
	if named := declared(pass.Graph, names); named != nil {
		d.Message = fmt.Sprintf("a peer of %s %s namespaces with %s: %s, but namespace %s has no such label, so %s; its name is in %s",
			p, verb, key, strings.Join(names, ", "), named.Name, so, graph.NameLabel)
		d.Related = []lint.Related{{Object: named.Object, Path: metadataName, Message: "namespace " + named.Name}}
	} else {
		if key != nameKeys[0] {
			return
		}
		d.Certainty = lint.Possible
		if !declares && !slices.ContainsFunc(names, inEveryCluster) {
			d.Severity = pass.Advisory()
		}
		d.Message = fmt.Sprintf("a peer of %s %s namespaces by the label %s, which nothing sets by itself, so %s; every namespace has its name in %s",
			p, verb, key, so, graph.NameLabel)
	}
	pass.Report(d)
}

// leftOut returns the values that an expression excludes.
func leftOut(expression manifest.Value) []string {
	if expression.Get("operator").Text() != "NotIn" {
		return nil
	}
	var values []string
	for _, v := range expression.Get("values").Items() {
		values = append(values, v.Text())
	}
	return values
}

// declared returns the first namespace of some names that the input declares.
func declared(g *graph.Graph, names []string) *graph.Namespace {
	for _, name := range names {
		if n := g.Namespace(name); n != nil && n.Object != nil {
			return n
		}
	}
	return nil
}

// namesInEveryCluster are the namespaces that the control plane makes, with no
// other label than their names.
var namesInEveryCluster = []string{"default", "kube-node-lease", "kube-public", "kube-system"}

func inEveryCluster(name string) bool { return slices.Contains(namesInEveryCluster, name) }

func renameToNameLabel(p *graph.Policy, peer *graph.Peer, path manifest.Path, key string) []lint.Fix {
	if slices.Contains(peer.Namespaces.Keys(), graph.NameLabel) {
		return nil
	}
	op := lint.Op{Object: p.Object, Path: path, Kind: lint.RenameKey, Value: graph.NameLabel}
	if path[len(path)-1].IsItem() {
		op = lint.Op{Object: p.Object, Path: path.Key("key"), Kind: lint.Set, Value: graph.NameLabel}
	}
	return []lint.Fix{{Message: "select by " + graph.NameLabel, Ops: []lint.Op{op}}}
}
