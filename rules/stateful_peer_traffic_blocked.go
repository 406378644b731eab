package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var statefulPeerTrafficBlocked = &lint.Rule{
	Name: "stateful-peer-traffic-blocked",
	Doc: `replicas of a StatefulSet cannot reach each other

Databases, queues and other clustered servers elect leaders and copy data among their
replicas. Policies count for that traffic too: pods that are isolated need a rule that
admits their own labels, and one for egress if they are isolated there. It is info,
and a warning in the preset strict, because some StatefulSets are independent shards.

It is reported for StatefulSets with several replicas, and for those behind a headless
Service that publishes pods before they are ready, as clusters need it to form.

Silent: where the replicas may reach each other on any port that they declare.

Not checked: which of their ports the replicas use among themselves.

https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/`,
	Severity: lint.Info,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runStatefulPeerTrafficBlocked,
}

func runStatefulPeerTrafficBlocked(pass *lint.Pass) (any, error) {
	engine := reach.Of(pass)
	for _, w := range pass.Graph.Workloads {
		if w.Kind != "StatefulSet" || outOfReach(w) || !clustered(w) {
			continue
		}
		ports := declaredPorts(w)
		if ports.Empty() {
			ports = connset.All
		}
		end := reach.Workload(w)
		if engine.Allowed(end, end).May.Overlaps(ports) {
			continue
		}
		d := graph.Ingress
		if engine.Side(end, d, end).May.Overlaps(ports) {
			d = graph.Egress
		}
		if isolating := w.Isolating(d); len(isolating) > 0 {
			reportReplicas(pass, w, d, isolating, example(ports, w))
		}
	}
	return nil, nil
}

// clustered reports whether the replicas of a StatefulSet are several that know
// each other.
func clustered(w *graph.Workload) bool {
	replicas, _ := w.Object.Value.Get("spec").Get("replicas").Int()
	return replicas > 1 || slices.ContainsFunc(w.Services, func(s *graph.Service) bool {
		return s.Headless && s.Object.Value.Get("spec").Get("publishNotReadyAddresses").True()
	})
}

func reportReplicas(pass *lint.Pass, w *graph.Workload, d graph.Direction, isolating []*graph.Policy, c connset.Conn) {
	p := slices.MinFunc(isolating, func(p, q *graph.Policy) int { return len(p.Workloads) - len(q.Workloads) })
	end := reach.Workload(w)
	own := map[string]any{"podSelector": map[string]any{"matchLabels": w.Labels}}
	if !p.Subject.Everything() {
		own["podSelector"] = p.Object.Value.At(p.SubjectPath)
	}
	diagnostic := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: p.Side(d).Path, Witness: witness(end, end, c, false),
		Message: fmt.Sprintf("%s isolates the replicas of %s for %s and nothing allows them to reach each other: %s is denied",
			p, w, d, connection(end, end, c)),
		Related: []lint.Related{{Object: w.Object, Path: metadataName, Message: "has replicas that may form a cluster"}},
		Fixes: []lint.Fix{{Message: "allow the pods to reach each other", Ops: []lint.Op{{
			Object: p.Object, Path: p.Side(d).Path, Kind: lint.Insert,
			Value: map[string]any{[...]string{"from", "to"}[d]: []any{own}},
		}}}},
	}
	if p.Side(d).Written == manifest.Absent {
		diagnostic.Path = p.SubjectPath
	}
	pass.Report(diagnostic)
}
