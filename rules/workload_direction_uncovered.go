package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var workloadDirectionUncovered = &lint.Rule{
	Name: "workload-direction-uncovered",
	Doc: `workload is isolated in one direction only

A policy for ingress says nothing about egress, and the other way round: a pod that
only policies for ingress select may still connect to anything. That is often meant,
hence info. There is one finding per namespace and direction.

Silent: where missing-default-deny asks for a policy that isolates all pods of the
namespace in that direction, which the preset strict does for both; for workloads
that no policy selects at all, or one that is meant for the direction and does not
isolate for it, which are findings of their own.

Not checked: pods on the host network and Helm hooks; namespaces that a policy of
another API may isolate.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Run:      runWorkloadDirectionUncovered,
}

func runWorkloadDirectionUncovered(pass *lint.Pass) (any, error) {
	for _, c := range coverages(pass) {
		for _, d := range graph.Directions {
			if asksForDefaultDeny(pass, c, d) {
				continue
			}
			open := slices.DeleteFunc(slices.Clone(c.namespace.Workloads), func(w *graph.Workload) bool {
				return outOfReach(w) || len(w.Policies) == 0 || w.Isolated(d) || slices.ContainsFunc(w.Policies, ineffectiveSide)
			})
			if len(open) > 0 {
				reportUncovered(pass, c, d, open)
			}
		}
	}
	return nil, nil
}

func reportUncovered(pass *lint.Pass, c coverage, d graph.Direction, open []*graph.Workload) {
	first := open[0]
	may := [...]string{graph.Ingress: "every pod of the cluster may connect to them", graph.Egress: "they may connect to anything"}[d]
	if len(open) == 1 {
		may = [...]string{graph.Ingress: "every pod of the cluster may connect to it", graph.Egress: "it may connect to anything"}[d]
	}
	pass.Report(lint.Diagnostic{
		Certainty: c.certainty, Object: first.Object, Path: metadataName,
		Message: fmt.Sprintf("no policy isolates %s for %s, only for %s, so %s", some(open), d, 1-d, may),
		Related: append(places(first.Object, open, fmt.Sprintf("is not isolated for %s either", d)),
			lint.Related{Object: first.Policies[0].Object, Path: metadataName, Message: fmt.Sprintf("isolates it for %s", 1-d)}),
	})
}
