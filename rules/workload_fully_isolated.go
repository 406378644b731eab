package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var workloadFullyIsolated = &lint.Rule{
	Name: "workload-fully-isolated",
	Doc: `workload with a Service admits nobody, or one with peers reaches nobody

All policies of a workload together allow nothing in one direction, although there is
a Service for it that others are meant to use, or its environment names a host of the
cluster. Somebody forgot a rule, or the Service. There is one finding per namespace
and direction.

Silent: where a rule of another finding says so already: a Service that the workload
names and cannot reach, or a direction denied by policyTypes alone.

Not checked: pods on the host network and Helm hooks; pods to which policies of another
API may apply.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Requires: []*lint.Rule{blockedDependencies},
	Run:      runWorkloadFullyIsolated,
}

func runWorkloadFullyIsolated(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		if pass.Graph.MayBeIsolated(n) {
			continue
		}
		for _, d := range graph.Directions {
			isolated := slices.DeleteFunc(slices.Clone(n.Workloads), func(w *graph.Workload) bool { return !cutOff(pass, w, d) })
			if len(isolated) > 0 {
				reportIsolated(pass, isolated, d)
			}
		}
	}
	return nil, nil
}

// cutOff reports whether a workload needs a direction in which its policies allow
// nothing, and no other finding says so.
func cutOff(pass *lint.Pass, w *graph.Workload, d graph.Direction) bool {
	allows := func(p *graph.Policy) bool {
		return p.Side(d).Isolates && (len(p.Side(d).Rules) > 0 || deniesByOmission(p, d))
	}
	if outOfReach(w) || !w.Isolated(d) || slices.ContainsFunc(w.Policies, allows) {
		return false
	}
	if d == graph.Ingress {
		return served(w)
	}
	variable, _ := hostInEnv(w)
	return variable != "" && len(blockedOf(pass)[w]) == 0
}

func reportIsolated(pass *lint.Pass, isolated []*graph.Workload, d graph.Direction) {
	first := isolated[0]
	p := first.Isolating(d)[0]
	fact := fmt.Sprintf("no policy admits anything to %s, for which there is a Service", some(isolated))
	if d == graph.Egress {
		variable, host := hostInEnv(first)
		fact = fmt.Sprintf("no policy lets %s reach anything, while %s of %s names %s", some(isolated), variable, first, host)
	}
	pass.Report(lint.Diagnostic{
		Object: p.Object, Path: metadataName, Message: fact,
		Related: places(p.Object, isolated, fmt.Sprintf("is isolated for %s", d)),
	})
}
