package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var hostPortBypass = &lint.Rule{
	Name: "host-port-bypass",
	Doc: `host port leads past the policy of an isolated pod

A container with a hostPort is reached under its node's address. What arrives there
is often rewritten on the way, so that the policy sees the node as the source, and
traffic from the node that a pod runs on is always allowed. Whoever reaches the port
of the node may thus reach a pod whose policies do not admit them. Where the port
need not be the node's, use a Service instead.

Whether the address is rewritten is left to the plugin, hence info.

Silent: where a policy admits the port from everybody; for pods on the host network.

Not checked: firewalls in front of the nodes, and policies of other APIs.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet`,
	Severity: lint.Info,
	Tags:     []string{"exposure", "ports"},
	Run:      runHostPortBypass,
}

func runHostPortBypass(pass *lint.Pass) (any, error) {
	for _, e := range pass.Graph.Entries {
		if e.Source != graph.FromOutside || e.ServiceName != "" {
			continue
		}
		t := e.Targets[0]
		if !isolatedFor(t.Workload, graph.Ingress) || slices.ContainsFunc(admissions(t), func(a admission) bool { return admitsEverybody(a.rule) }) {
			continue
		}
		host, _ := e.Object.Value.At(e.Path).Int()
		pass.Report(lint.Diagnostic{
			Certainty: lint.Possible, Object: e.Object, Path: e.Path,
			Message: fmt.Sprintf("%s takes connections to port %d of its node, which reach port %d/%s past its policies where the plugin sees the node as their source",
				t.Workload, host, t.Port, t.Protocol),
			Related: isolatingPlaces(t.Workload, graph.Ingress),
		})
	}
	return nil, nil
}

// isolatingPlaces points at the first policy that isolates a workload.
func isolatingPlaces(w *graph.Workload, d graph.Direction) []lint.Related {
	for _, p := range w.Isolating(d) {
		return []lint.Related{{Object: p.Object, Path: p.SubjectPath, Message: fmt.Sprintf("%s isolates %s for %s", p, w, d)}}
	}
	return nil
}
