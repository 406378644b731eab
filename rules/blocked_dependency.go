package rules

import (
	"reflect"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// blockedDependencies finds the Services that workloads name and cannot reach on
// any pod, for all rules that would tell of them.
var blockedDependencies = &lint.Rule{
	Name:     "blocked-dependencies",
	Requires: []*lint.Rule{reach.Rule, halfOpen},
	Result:   reflect.TypeFor[map[*graph.Workload][]blockedDependency](),
	Run:      func(pass *lint.Pass) (any, error) { return findBlocked(pass), nil },
}

func blockedOf(pass *lint.Pass) map[*graph.Workload][]blockedDependency {
	return pass.ResultOf[blockedDependencies].(map[*graph.Workload][]blockedDependency)
}

// blockedDependency is a dependency with a connection to it that is denied.
type blockedDependency struct {
	dependency
	source, destination *graph.Workload
	conn                connset.Conn
	// isolating are the policies of one side that deny it in a direction.
	isolating []*graph.Policy
	d         graph.Direction
	certainty lint.Certainty
}

func findBlocked(pass *lint.Pass) map[*graph.Workload][]blockedDependency {
	names, strays, tried := newServiceNames(pass.Graph), newStrays(pass.Graph), newAttempts(pass)
	blocked := map[*graph.Workload][]blockedDependency{}
	for _, w := range pass.Graph.Workloads {
		if outOfReach(w) {
			continue
		}
		for _, dep := range names.dependencies(w) {
			b, denied := denies(pass, w, dep)
			if denied && !tried.made(b.source, graph.Egress, b.destination) && !tried.made(b.destination, graph.Ingress, b.source) {
				if !pass.Options.Complete && (strays.any(w.Namespace) || strays.any(b.destination.Namespace)) {
					b.certainty = lint.Possible
				}
				blocked[w] = append(blocked[w], b)
			}
		}
	}
	return blocked
}

// denies reports whether policies deny a dependency, and how.
func denies(pass *lint.Pass, w *graph.Workload, dep dependency) (b blockedDependency, denied bool) {
	engine := reach.Of(pass)
	b.dependency, b.source = dep, w
	for _, pod := range dep.service.Workloads {
		target, known := dep.port.TargetOn(pod)
		protocol, ok := connset.ParseProtocol(string(dep.port.Protocol))
		conn := connset.Conn{Protocol: protocol, Port: target}
		if !known || !ok || pod.HostNetwork ||
			halfOpenOf(pass).pairs[[2]int{engine.Class(w), engine.Class(pod)}] ||
			engine.Allowed(reach.Workload(w), reach.Workload(pod)).May.Has(conn) {
			return b, false
		}
		if b.destination != nil {
			continue
		}
		b.destination, b.conn, b.d = pod, conn, graph.Ingress
		subject := pod
		if !engine.Side(reach.Workload(w), graph.Egress, reach.Workload(pod)).May.Has(conn) {
			b.d, subject = graph.Egress, w
		}
		b.isolating = subject.Isolating(b.d)
	}
	return b, b.destination != nil
}
