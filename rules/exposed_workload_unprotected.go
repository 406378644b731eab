package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var exposedWorkloadUnprotected = &lint.Rule{
	Name: "exposed-workload-unprotected",
	Doc: `workload that the outside reaches is not isolated for ingress

What an Ingress, a route, a load balancer, a port of the nodes or a host port leads to
is what an intruder meets first. Without isolation the pods take connections on every
port, not only on the one that is published, and from every pod of the cluster.

It is a warning where policies select the pods and none isolates them for ingress.
Where no policy selects them, which is a finding about the namespace, it is info that
they stand at the entrance.

Silent: where policies of another API may isolate the pods; where a policy has rules for
a direction that its policyTypes leave out, a finding of its own; for pods on the host
network; for ingress controllers, which have to take connections from everywhere.

Not checked: whether egress is isolated.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Warning,
	Tags:     []string{"exposure", "coverage"},
	Score:    6.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runExposedWorkloadUnprotected,
}

func runExposedWorkloadUnprotected(pass *lint.Pass) (any, error) {
	exposed := newEntrances(pass.Graph, graph.FromController, graph.FromOutside)
	for _, c := range coverages(pass) {
		var selected, open []*graph.Workload
		for _, w := range c.namespace.Workloads {
			switch {
			case len(exposed[w]) == 0 || outOfReach(w) || isolatedFor(w, graph.Ingress) || entrance(pass.Options, w) || slices.ContainsFunc(w.Policies, ineffectiveSide):
			case len(w.Policies) > 0:
				selected = append(selected, w)
			case slices.Contains(c.open, w):
				open = append(open, w)
			}
		}
		reportExposed(pass, c, exposed, selected, 0, "policies select for egress only")
		reportExposed(pass, c, exposed, open, lint.Info, "no policy selects")
	}
	return nil, nil
}

// entrance reports whether a workload is an ingress controller.
func entrance(options *lint.Options, w *graph.Workload) bool {
	return slices.Contains(options.IngressControllers, w.Namespace.Name) ||
		slices.ContainsFunc(nameWords(w.Name), func(word string) bool { return word == "ingress" || word == "ingressgateway" || word == "traefik" })
}

func reportExposed(pass *lint.Pass, c coverage, exposed entrances, open []*graph.Workload, severity lint.Severity, why string) {
	if len(open) == 0 {
		return
	}
	first := open[0]
	entry := exposed[first][0]
	them := "them"
	if len(open) == 1 {
		them = "it"
	}
	d := lint.Diagnostic{
		Severity: severity, Certainty: c.certainty, Object: entry.Object, Path: entry.Path,
		Message: fmt.Sprintf("%s leads from outside to %s, which %s, so that every pod and client may connect to %s on every port",
			objectName(entry.Object), some(open), why, them),
	}
	if c.severity == lint.Info {
		d.Severity = lint.Info
	}
	for i, w := range open {
		if i > 0 {
			e := exposed[w][0]
			d.Related = append(d.Related, lint.Related{Object: e.Object, Path: e.Path, Message: "leads to " + w.String()})
		}
		d.Related = append(d.Related, lint.Related{Object: w.Object, Path: metadataName, Message: "is not isolated for ingress"})
	}
	if c.certainty == lint.Certain {
		prove(pass, &d, internet, reach.Workload(first), true, connset.All)
	}
	pass.Report(d)
}
