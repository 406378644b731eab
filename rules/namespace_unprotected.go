package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var namespaceUnprotected = &lint.Rule{
	Name: "namespace-unprotected",
	Doc: `namespace with workloads has no policy

Without a policy, every pod of the cluster may open connections to every port of
the namespace's pods, and these to anything: one compromised container reaches
all of them. Start with a policy that isolates all pods of the namespace, then
allow what is needed. If the input holds no policy at all, that is one finding.

It is only information where the input also holds policies without a namespace
and without pods beside them: somebody may apply them to this one; and where the
input holds alternatives, of which others come with policies.

Not checked: system namespaces; namespaces that a policy of another API may
isolate; pods on the host network and Helm hooks; workloads whose namespace is
not written, if policies stand elsewhere in the input or the workloads come from
a chart, because the policies of their namespace may come from there.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies`,
	Severity: lint.Warning,
	Tags:     []string{"coverage"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runNamespaceUnprotected,
}

func runNamespaceUnprotected(pass *lint.Pass) (any, error) {
	nowhere := len(pass.Graph.Admin) == 0 && !slices.ContainsFunc(pass.Graph.Namespaces, func(n *graph.Namespace) bool {
		return len(n.Policies)+len(n.Unmodelled) > 0
	})
	var unprotected, symbolic []coverage
	for _, c := range coverages(pass) {
		switch {
		case len(c.namespace.Policies) > 0 || len(c.open) == 0:
		case !c.namespace.Symbolic():
			unprotected = append(unprotected, c)
		case nowhere && !ofChart(c.open[0].Object):
			symbolic = append(symbolic, c)
		}
	}
	unprotected = append(unprotected, symbolic...)
	switch {
	case len(unprotected) == 0:
	case nowhere:
		reportNoPolicy(pass, unprotected)
	default:
		for _, c := range unprotected {
			reportUnprotected(pass, c)
		}
	}
	return nil, nil
}

// ofChart reports whether an object comes from a Helm chart, by the label that
// charts set or the folder that they keep their templates in.
func ofChart(o *manifest.Object) bool {
	return o.Value.Get("metadata").Get("labels").Get("helm.sh/chart").Exists() ||
		slices.Contains(strings.Split(path.Dir(o.File().Name), "/"), "templates")
}

func reportUnprotected(pass *lint.Pass, c coverage) {
	d := lint.Diagnostic{
		Severity: c.severity, Certainty: c.certainty, Object: c.place(), Path: metadataName,
		Message: fmt.Sprintf("%s has no network policy, so every pod of the cluster may connect to %s",
			namespaceName(c.namespace), some(c.open)),
		Related: places(c.place(), c.open, "is selected by no policy"),
		Fixes:   addDefaultDeny(pass, c.place(), graph.Ingress, c.namespace),
	}
	prove(pass, &d, outsider(pass.Graph, c.namespace), reach.Workload(c.open[0]), true, connset.All)
	pass.Report(d)
}

// reportNoPolicy reports all namespaces of an input without policies at once.
func reportNoPolicy(pass *lint.Pass, all []coverage) {
	first := all[0]
	d := lint.Diagnostic{Certainty: first.certainty, Object: first.place(), Path: metadataName}
	if pass.Bundle.Alternative {
		d.Severity = lint.Info
	}
	var open []*graph.Workload
	namespaces := make([]*graph.Namespace, len(all))
	for i, c := range all {
		open = append(open, c.open...)
		namespaces[i] = c.namespace
		if i > 0 {
			d.Related = append(d.Related, lint.Related{
				Object: c.place(), Path: metadataName, Message: namespaceName(c.namespace) + " is open too",
			})
		}
	}
	them := "them"
	if len(open) == 1 {
		them = "it"
	}
	d.Message = fmt.Sprintf("no network policy comes with %s, so every pod of the cluster may connect to %s", someOf(open, namespaces), them)
	d.Fixes = addDefaultDeny(pass, first.place(), graph.Ingress, namespaces...)
	prove(pass, &d, outsider(pass.Graph, first.namespace), reach.Workload(first.open[0]), true, connset.All)
	pass.Report(d)
}

// someOf names a few workloads, and counts many.
func someOf(open []*graph.Workload, namespaces []*graph.Namespace) string {
	named := !slices.ContainsFunc(namespaces, (*graph.Namespace).Symbolic)
	switch {
	case len(open) <= 3:
		return some(open)
	case len(namespaces) == 1:
		return fmt.Sprintf("the %d workloads of %s", len(open), namespaceName(namespaces[0]))
	case named:
		return fmt.Sprintf("the %d workloads of namespaces %s", len(open), some(namespaces))
	}
	return fmt.Sprintf("the %d workloads of %d namespaces", len(open), len(namespaces))
}
