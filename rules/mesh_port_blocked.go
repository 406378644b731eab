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

var meshPortBlocked = &lint.Rule{
	Name: "mesh-port-blocked",
	Doc: `policy cuts pods off from their service mesh

In a mesh, connections do not arrive on the port that the application listens on, or
need a control plane first. In Istio's ambient mode they arrive on port 15008; Istio's
sidecar asks istiod on port 15012 for its certificate, Linkerd's proxy asks the control
plane on port 8086. Policies see these ports: without a rule for them, what the other
rules admit fails.

There is one finding per namespace and mesh, at the first policy that isolates such a
pod. That pods are in a mesh is read from their labels and annotations and from those
of their namespace.

Silent: for ambient pods that admit nothing from any pod, as a default deny wants it;
where any rule admits the port from, or to, anybody.

Not checked: whether what the rule for the port admits is the mesh; meshes that are
configured otherwise.

https://istio.io/latest/docs/ambient/usage/networkpolicy/`,
	Severity: lint.Error,
	Tags:     []string{"ports"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runMeshPortBlocked,
}

func runMeshPortBlocked(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		for _, m := range meshes {
			var blocked []*graph.Workload
			for _, w := range n.Workloads {
				if !outOfReach(w) && w.Isolated(m.d) && m.member(w) && cutsOff(reach.Of(pass), m, w) {
					blocked = append(blocked, w)
				}
			}
			if len(blocked) > 0 {
				reportMesh(pass, m, blocked)
			}
		}
	}
	return nil, nil
}

// cutsOff reports whether nobody may use the port of the mesh, although
// connections that need it are allowed.
func cutsOff(engine *reach.Engine, m mesh, w *graph.Workload) bool {
	own, anybody := reach.Workload(w), reach.Pods(reach.Region{})
	port := connset.Conn{Protocol: connset.TCP, Port: m.port}
	pods := engine.Side(own, m.d, anybody).May
	if m.d == graph.Ingress {
		return !pods.Has(port) && admitsPods(w)
	}
	return !pods.Has(port) && !engine.Side(own, m.d, reach.Addresses(connset.AllAddresses)).May.Has(port)
}

// admitsPods reports whether an ingress rule of some policy admits pods to a
// workload.
func admitsPods(w *graph.Workload) bool {
	return slices.ContainsFunc(w.Policies, func(p *graph.Policy) bool {
		return p.Side(graph.Ingress).Isolates && slices.ContainsFunc(p.Side(graph.Ingress).Rules, func(r *graph.PolicyRule) bool {
			return r.AllPeers || slices.ContainsFunc(r.Peers, (*graph.Peer).OfPods)
		})
	})
}

func reportMesh(pass *lint.Pass, m mesh, blocked []*graph.Workload) {
	first := blocked[0]
	p := first.Isolating(m.d)[0]
	side := p.Side(m.d)
	port := map[string]any{"protocol": "TCP", "port": m.port}
	d := lint.Diagnostic{
		Object: p.Object, Path: side.Path,
		Message: fmt.Sprintf("%s isolates %s for %s and no rule allows TCP port %d %s",
			p, some(blocked), m.d, m.port, m.need),
		Related: places(p.Object, blocked, "is in the mesh"),
		Fixes: []lint.Fix{{
			Message: fmt.Sprintf("allow port %d", m.port),
			Ops:     []lint.Op{{Object: p.Object, Path: side.Path, Kind: lint.Insert, Value: map[string]any{"ports": []any{port}}}},
		}},
	}
	if side.Written == manifest.Absent {
		d.Path = p.SubjectPath
	}
	pass.Report(d)
}
