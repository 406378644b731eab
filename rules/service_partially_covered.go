package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var servicePartiallyCovered = &lint.Rule{
	Name: "service-partially-covered",
	Doc: `Service leads to pods that policies treat differently

A Service spreads its connections over all pods that it selects. Where only some of
them are isolated, the others are the way around the policies; where only some admit
the port, every nth connection fails. Both happen when a second version of a workload
is added beside the first, a canary or the other colour, and the policy's selector
still names the first.

It is info, because a Service may well have backends of different kinds.

Silent: where policies of another API may decide, or where a policy's selector is
unknown; for pods on the host network and Helm hooks.

Not checked: from whom the port is admitted.

https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Run:      runServicePartiallyCovered,
}

func runServicePartiallyCovered(pass *lint.Pass) (any, error) {
	for _, s := range pass.Graph.Services {
		if len(s.Workloads) < 2 || pass.Graph.MayBeIsolated(s.Namespace, graph.Ingress) || slices.ContainsFunc(s.Namespace.Policies, unknownSubject) {
			continue
		}
		if !reportPartlyIsolated(pass, s) {
			reportPartlyAdmitted(pass, s)
		}
	}
	return nil, nil
}

func reportPartlyIsolated(pass *lint.Pass, s *graph.Service) bool {
	var isolated, open []*graph.Workload
	for _, w := range s.Workloads {
		switch {
		case outOfReach(w):
		case isolatedFor(w, graph.Ingress):
			isolated = append(isolated, w)
		default:
			open = append(open, w)
		}
	}
	if len(isolated) == 0 || len(open) == 0 {
		return false
	}
	pass.Report(lint.Diagnostic{
		Object: s.Object, Path: selectorOfService,
		Message: fmt.Sprintf("%s leads to %s, which policies isolate for ingress, and to %s, which none does",
			s, some(isolated), some(open)),
		Related: append(isolatingPlaces(isolated[0], graph.Ingress), lint.Related{Object: open[0].Object, Path: open[0].LabelsPath, Message: "labels that no policy selects"}),
	})
	return true
}

var selectorOfService = manifest.Field("spec", "selector")

// reportPartlyAdmitted reports the first port that policies admit to some of the
// Service's pods and from nobody to others.
func reportPartlyAdmitted(pass *lint.Pass, s *graph.Service) {
	for _, p := range s.Ports {
		var admitted, blocked []*graph.Workload
		for _, w := range s.Workloads {
			number, ok := p.TargetOn(w)
			switch {
			case !ok || outOfReach(w):
			case !isolatedFor(w, graph.Ingress) || len(admissions(graph.Target{Workload: w, Protocol: p.Protocol, Port: number})) > 0:
				admitted = append(admitted, w)
			default:
				blocked = append(blocked, w)
			}
		}
		if len(admitted) == 0 || len(blocked) == 0 {
			continue
		}
		pass.Report(lint.Diagnostic{
			Object: s.Object, Path: p.Path,
			Message: fmt.Sprintf("%s leads to %s, where policies admit its port %d, and to %s, where they admit it from nobody, so that some connections fail",
				s, some(admitted), p.Port, some(blocked)),
			Related: isolatingPlaces(blocked[0], graph.Ingress),
		})
		return
	}
}
