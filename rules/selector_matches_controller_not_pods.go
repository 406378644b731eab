package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var selectorMatchesControllerNotPods = &lint.Rule{
	Name: "selector-matches-controller-not-pods",
	Doc: `selector names labels of a Deployment or Service, not of its pods

A podSelector is compared with the labels of pods, which come from the pod
template (spec.template.metadata.labels). The labels of the Deployment itself, or
of the Service in front of it, are often others, and a selector that asks for them
matches no pod.

Silent: where some workload of the namespace has such pods, and where the Service
selects pods that the input does not hold.

Not checked: peers in other namespaces.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#creating-a-deployment`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Score:    5.0,
	Run:      runSelectorMatchesControllerNotPods,
}

func runSelectorMatchesControllerNotPods(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	for _, p := range pass.Graph.Policies {
		if o := f.ownersOf(p, p.Subject); len(o) > 0 {
			if _, misplaced := f.misplaced(p); !misplaced {
				f.reportOwner(p, p.SubjectPath, p.Subject, o, p.String()+" selects no pod and protects nothing")
			}
		}
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if !peer.Local() || peer.Invalid {
			return
		}
		if o := f.ownersOf(p, *peer.Pods); len(o) > 0 {
			if _, misdirected := f.misdirected(p, peer); !misdirected {
				f.reportOwner(p, peer.Path.Key("podSelector"), *peer.Pods, o, "a peer of "+p.String()+" matches no pod, so that traffic stays denied")
			}
		}
	})
	return nil, nil
}

func (f *finder) reportOwner(p *graph.Policy, at manifest.Path, s graph.Selector, owners []*owner, fact string) {
	o := owners[0]
	d := lint.Diagnostic{
		Object: p.Object, Path: at,
		Message: fmt.Sprintf("%s: %s is of %s itself, and its pods have %s", fact, s, o.name, graph.SelectorOf(o.pods.Labels)),
		Related: []lint.Related{{Object: o.pods.Object, Path: o.pods.LabelsPath, Message: "labels of its pods"}},
	}
	if len(owners) == 1 && len(o.selector) > 0 {
		d.Fixes = []lint.Fix{{
			Message: "select the pods as " + o.name + " does",
			Ops:     []lint.Op{{Object: p.Object, Path: at, Kind: lint.Set, Value: map[string]any{"matchLabels": o.selector}}},
		}}
	}
	f.pass.Report(d)
}

// owner is an object that stands for pods: their controller, or a Service.
type owner struct {
	name     string
	labels   map[string]string
	pods     *graph.Workload
	selector map[string]any // how it selects its pods
}

// ownersOf returns the controllers and Services of a policy's namespace that a
// selector matches while it matches no pods, here or wherever the namespace may
// be.
func (f *finder) ownersOf(p *graph.Policy, s graph.Selector) []*owner {
	if !f.expects(p, s) || len(p.Namespace.Select(s)) > 0 {
		return nil
	}
	pinned, found := firstPin(s)
	if !found {
		return nil
	}
	var owners []*owner
	for _, o := range f.ownersIn(p.Namespace)[pinned] {
		if s.Matches(o.labels) {
			owners = append(owners, o)
		}
	}
	if len(owners) == 0 || f.elsewhere(p, s).here {
		return nil
	}
	return owners
}

// ownersIn returns the controllers and Services of a namespace by each of their
// labels.
func (f *finder) ownersIn(n *graph.Namespace) map[pin][]*owner {
	if f.owners[n] != nil {
		return f.owners[n]
	}
	owners := map[pin][]*owner{}
	add := func(o *manifest.Object, name string, pods *graph.Workload, selector manifest.Value) {
		owner := &owner{name: name, labels: o.Value.Get("metadata").Get("labels").Strings(), pods: pods, selector: map[string]any{}}
		for key, value := range selector.Strings() {
			owner.selector[key] = value
		}
		for key, value := range owner.labels {
			owners[pin{key, value}] = append(owners[pin{key, value}], owner)
		}
	}
	for _, w := range n.Workloads {
		if len(w.LabelsPath) > 2 && !w.Hook { // a pod is its own template
			add(w.Object, w.String(), w, w.Object.Value.Get("spec").Get("selector").Get("matchLabels"))
		}
	}
	for _, s := range n.Services {
		if len(s.Workloads) > 0 {
			add(s.Object, s.String(), s.Workloads[0], s.Object.Value.Get("spec").Get("selector"))
		}
	}
	f.owners[n] = owners
	return owners
}
