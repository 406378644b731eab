package rules

import (
	"fmt"
	"slices"

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
		if len(p.Workloads) > 0 {
			continue
		}
		if o := f.ownersOf(p, p.Subject); len(o) > 0 {
			if _, misplaced := f.misplaced(p); !misplaced {
				f.reportOwner(p, p.SubjectPath, p.Subject, o, p.String()+" selects no pod and protects nothing")
			}
		}
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if !peer.Local() || peer.Invalid || len(pass.Graph.Match(p, peer).Workloads) > 0 {
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
		Message: fmt.Sprintf("%s: %s is of %s itself, and its pods have %s", fact, s, o.name(), graph.SelectorOf(o.pods.Labels)),
		Related: []lint.Related{{Object: o.pods.Object, Path: o.pods.LabelsPath, Message: "labels of its pods"}},
	}
	if selector := o.selector(); len(owners) == 1 && len(selector) > 0 {
		d.Fixes = []lint.Fix{{
			Message: "select the pods as " + o.name() + " does",
			Ops:     []lint.Op{{Object: p.Object, Path: at, Kind: lint.Set, Value: map[string]any{"matchLabels": selector}}},
		}}
	}
	f.pass.Report(d)
}

// owner is an object that stands for pods: their controller, or a Service.
type owner struct {
	object  *manifest.Object
	service *graph.Service // nil for a controller
	pods    *graph.Workload
}

func (o *owner) name() string {
	if o.service != nil {
		return o.service.String()
	}
	return o.pods.String()
}

func (o *owner) labels() manifest.Value { return o.object.Value.Get("metadata").Get("labels") }

// selector returns how the owner selects its pods.
func (o *owner) selector() map[string]any {
	selector := o.object.Value.Get("spec").Get("selector")
	if o.service == nil {
		selector = selector.Get("matchLabels")
	}
	labels := map[string]any{}
	for key, value := range selector.Strings() {
		labels[key] = value
	}
	return labels
}

// ownersOf returns the controllers and Services of a policy's namespace that a
// selector matches, where it matches no pods there, nor wherever the namespace may
// be.
func (f *finder) ownersOf(p *graph.Policy, s graph.Selector) []*owner {
	pinned, found := firstPin(s)
	if !found || !f.expects(p, s) {
		return nil
	}
	absence := slices.ContainsFunc(s.Keys(), func(key string) bool { return s.MatchesKey(key, nil) })
	var owners []*owner
	for _, o := range f.ownersIn(neighbours{p.Namespace, absence})[pinned] {
		if s.Matches(o.labels().Strings()) {
			owners = append(owners, o)
		}
	}
	if len(owners) == 0 || f.elsewhere(p, s).here {
		return nil
	}
	return owners
}

// neighbours are the controllers and Services of a namespace. Those are left out
// whose pods have all of their labels, unless alike is set: what asks only for
// labels that are there, and matches them, matches their pods.
type neighbours struct {
	namespace *graph.Namespace
	alike     bool
}

// ownersIn returns controllers and Services by each of their labels.
func (f *finder) ownersIn(n neighbours) map[pin][]*owner {
	if f.owners[n] != nil {
		return f.owners[n]
	}
	owners := map[pin][]*owner{}
	add := func(o owner) {
		labels := o.labels()
		if !n.alike && amongLabels(labels, o.pods.Labels) {
			return
		}
		for key, value := range labels.Strings() {
			owners[pin{key, value}] = append(owners[pin{key, value}], &o)
		}
	}
	for _, w := range n.namespace.Workloads {
		if len(w.LabelsPath) > 2 && !w.Hook { // a pod is its own template
			add(owner{w.Object, nil, w})
		}
	}
	for _, s := range n.namespace.Services {
		if len(s.Workloads) > 0 {
			add(owner{s.Object, s, s.Workloads[0]})
		}
	}
	f.owners[n] = owners
	return owners
}

// amongLabels reports whether labels as they are written are among others.
func amongLabels(written manifest.Value, labels map[string]string) bool {
	return !slices.ContainsFunc(written.Members(), func(e manifest.Member) bool {
		value, found := labels[e.Key]
		return !found || value != e.Value.Text()
	})
}
