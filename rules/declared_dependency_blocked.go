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

It is only possible where the input holds policies without a namespace that may belong
to either side.

Silent: where one side allows the connection by a rule made for it, or denies it only
by its policyTypes, which are findings about that policy; where pods of the Service may be reached on its port; where
policies of another API may apply.

Not checked: what ConfigMaps and Secrets hold; Services that are not in the input, or
that select none of its workloads; names without a port, a scheme or a domain, unless
the variable's name ends like that of a host; variables and flags that hold hosts for
another purpose, such as NO_PROXY or --external-url.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{blockedDependencies},
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
		for _, b := range blockedOf(pass)[w] {
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

// reportBlocked reports dependencies that one side denies: all those of a source,
// or all those on one port of a destination.
func reportBlocked(pass *lint.Pass, blocked []blockedDependency) {
	first := blocked[0]
	src, dst := reach.Workload(first.source), reach.Workload(first.destination)
	d := lint.Diagnostic{
		Certainty: first.certainty, Object: first.source.Object, Path: first.path, Witness: witness(src, dst, first.conn, false),
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
