package rules

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var kustomizeLabelLeakedIntoPeer = &lint.Rule{
	Name: "kustomize-label-leaked-into-peer",
	Doc: `Kustomize adds a common label to a peer that does not carry it

"commonLabels", and "labels" with "includeSelectors", add their labels to every
selector, also to the podSelectors of a policy's peers. A peer that means pods of
another namespace, or of something else that is deployed by itself, then matches
nothing, and the traffic that the policy was written for is denied.

Reported are labels that a kustomization adds to a peer of another namespace, or
to a peer that would match a workload of the input without them and does not
with them.

Not checked: labels that are written in the policy itself.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/#setting-cross-cutting-fields`,
	Severity: lint.Error,
	Tags:     []string{"peers"},
	Run:      runKustomizeLabelLeakedIntoPeer,
}

func runKustomizeLabelLeakedIntoPeer(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if p.Object.Tree == "" {
			continue
		}
		for _, d := range graph.Directions {
			for _, rule := range p.Side(d).Rules {
				for _, peer := range rule.Peers {
					checkLeak(pass, p, peer)
				}
			}
		}
	}
	return nil, nil
}

func checkLeak(pass *lint.Pass, p *graph.Policy, peer *graph.Peer) {
	key, value, leaked := leakedLabel(pass, p, peer)
	if !leaked {
		return
	}
	pass.Report(lint.Diagnostic{
		Object: p.Object, Path: peer.Path.Key("podSelector").Key("matchLabels").Key(key),
		Message: fmt.Sprintf("Kustomize adds %s: %s to a peer of %s that means other pods, so the peer matches none of them", key, value, p),
		Related: []lint.Related{{Object: p.Object, Path: peer.Path, Message: "the peer"}},
		Fixes:   []lint.Fix{{Message: "move the label to labels without includeSelectors"}},
	})
}

// leakedLabel returns the first label that a kustomization adds to a peer and
// that the pods which the peer means do not carry.
func leakedLabel(pass *lint.Pass, p *graph.Policy, peer *graph.Peer) (key, value string, leaked bool) {
	if p.Object.Tree == "" || peer.Pods == nil {
		return "", "", false
	}
	labels := peer.Path.Key("podSelector").Key("matchLabels")
	all := p.Object.Value.At(labels).Strings()
	own := maps.Clone(all)
	for k := range all {
		if setByKustomization(p.Object, labels.Key(k)) {
			delete(own, k)
		}
	}
	if len(own) == len(all) || !leaks(pass, p, peer, own) {
		return "", "", false
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if _, written := own[k]; !written {
			return k, all[k], true
		}
	}
	return "", "", false
}

// setByKustomization reports whether a field stands in a kustomization rather
// than in a manifest or a patch.
func setByKustomization(o *manifest.Object, p manifest.Path) bool {
	span := o.At(p).Span
	switch path.Base(span.File.Name) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// leaks reports whether the peer without the added labels means pods that do
// not have them: those of another namespace, or workloads of the input.
func leaks(pass *lint.Pass, p *graph.Policy, peer *graph.Peer, own map[string]string) bool {
	matched := pass.Graph.Match(p, peer)
	if len(matched.Workloads) > 0 {
		return false
	}
	if peer.Namespaces != nil && !slices.Contains(matched.Namespaces, p.Namespace) && !slices.Contains(matched.Possible, p.Namespace) {
		return true
	}
	without := graph.SelectorOf(own)
	for _, n := range matched.Namespaces {
		if len(n.Select(without)) > 0 {
			return true
		}
	}
	return false
}
