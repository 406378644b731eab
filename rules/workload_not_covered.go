package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/reach"
)

var workloadNotCovered = &lint.Rule{
	Name: "workload-not-covered",
	Doc: `workload is selected by no policy of its namespace

A pod that no policy selects is not isolated: every pod of the cluster may
connect to it, and it may connect to anything, whatever policies protect the
pods beside it. Add a policy for it, or one that isolates all pods of the
namespace.

There is one finding per namespace, at its first workload that no policy
selects. It is only information where the input also holds policies without a
namespace and without pods beside them: somebody may apply them to this one.

Not checked: pods on the host network, which most plugins do not isolate; Helm
hooks; a workload for which a policy is meant that has a slip in its selector;
namespaces that a policy of another API may isolate.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Warning,
	Tags:     []string{"coverage"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runWorkloadNotCovered,
}

func runWorkloadNotCovered(pass *lint.Pass) (any, error) {
	for _, c := range coverages(pass) {
		if len(c.namespace.Policies) == 0 || len(c.open) == 0 {
			continue
		}
		first, are, them := c.open[0].Object, "are", "them"
		if len(c.open) == 1 {
			are, them = "is", "it"
		}
		d := lint.Diagnostic{
			Severity: c.severity, Certainty: c.certainty, Object: first, Path: metadataName,
			Message: fmt.Sprintf("%s %s selected by no policy of %s, so every pod of the cluster may connect to %s",
				some(c.open), are, namespaceName(c.namespace), them),
			Related: places(first, c.open, "is selected by no policy either"),
		}
		prove(pass, &d, outsider(pass.Graph, c.namespace), reach.Workload(c.open[0]), true, connset.All)
		pass.Report(d)
	}
	return nil, nil
}
