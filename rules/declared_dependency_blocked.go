package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var declaredDependencyBlocked = &lint.Rule{
	Name: "declared-dependency-blocked",
	Doc: `workload names a Service that it cannot reach

A container whose environment or arguments name a Service of the input is meant to
connect to it. The policies deny that connection, at the source, at the destination
or at both: the application fails when it first needs the other one. Allow egress at
the source and ingress at the destination, on the port of the pods.

There is one finding for all that a workload cannot reach because of its own policies,
and one for all that cannot reach a port of a workload because of the policies there.

Silent: where one side allows the connection by a rule made for it, or denies it only
by its policyTypes, which are findings about that policy; where pods of the Service may be reached on its port; where
policies of another API may apply.

Not checked: what ConfigMaps and Secrets hold; Services that are not in the input, or
that select none of its workloads; names without a port, a scheme or a domain, unless
the variable's name ends like that of a host; variables that list hosts for another
purpose, such as NO_PROXY.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{reach.Rule, halfOpen},
	Run:      runDeclaredDependencyBlocked,
}

func runDeclaredDependencyBlocked(pass *lint.Pass) (any, error) {
	type cause struct {
		d    graph.Direction
		w    *graph.Workload
		conn connset.Conn // where a destination is closed
	}
	var causes []cause
	blocked := map[cause][]blockedDependency{}
	for _, w := range pass.Graph.Workloads {
		for _, b := range blockedDependencies(pass, w) {
			if slices.ContainsFunc(b.isolating, func(p *graph.Policy) bool { return deniesByOmission(p, b.d) }) {
				continue
			}
			c := cause{b.d, w, connset.Conn{}}
			if b.d == graph.Ingress {
				c.w, c.conn = b.destination, b.conn
			}
			if blocked[c] == nil {
				causes = append(causes, c)
			}
			blocked[c] = append(blocked[c], b)
		}
	}
	for _, c := range causes {
		reportBlocked(pass, blocked[c])
	}
	return nil, nil
}

// blockedDependency is a dependency with a connection to it that is denied.
type blockedDependency struct {
	dependency
	source, destination *graph.Workload
	conn                connset.Conn
	// isolating are the policies of one side that deny it in a direction.
	isolating []*graph.Policy
	d         graph.Direction
}

// blockedDependencies returns the Services that a workload names and cannot reach
// on any pod.
func blockedDependencies(pass *lint.Pass, w *graph.Workload) []blockedDependency {
	if outOfReach(w) {
		return nil
	}
	var blocked []blockedDependency
	for _, dep := range dependencies(pass.Graph, w) {
		if b, denied := denies(pass, w, dep); denied {
			blocked = append(blocked, b)
		}
	}
	return blocked
}

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

// reportBlocked reports dependencies that one side denies: all those of a source,
// or all those on one port of a destination.
func reportBlocked(pass *lint.Pass, blocked []blockedDependency) {
	first := blocked[0]
	src, dst := reach.Workload(first.source), reach.Workload(first.destination)
	d := lint.Diagnostic{
		Object: first.source.Object, Path: first.path, Witness: witness(src, dst, first.conn, false),
		Message: fmt.Sprintf("%s names %s in %s, but policies deny %s: nothing allows it for %s",
			first.source, first.service, first.where, connection(src, dst, first.conn), first.d),
	}
	if len(first.isolating) > 0 {
		d.Related = append(d.Related, lint.Related{
			Object: first.isolating[0].Object, Path: metadataName, Message: fmt.Sprintf("isolates for %s and does not allow it", first.d),
		})
	}
	for _, b := range blocked[1:] {
		d.Related = append(d.Related, lint.Related{
			Object: b.source.Object, Path: b.path, Message: fmt.Sprintf("%s does not reach %s either", b.source, b.service),
		})
	}
	pass.Report(d)
}
