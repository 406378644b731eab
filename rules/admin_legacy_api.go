package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var adminLegacyAPI = &lint.Rule{
	Name: "admin-legacy-api",
	Doc: `AdminNetworkPolicy has been replaced by ClusterNetworkPolicy

AdminNetworkPolicy and BaselineAdminNetworkPolicy exist in v1alpha1 only; their
successor is ClusterNetworkPolicy, in which the field tier says which of the two a
policy is. The action Allow is called Accept there, ports are written as protocols,
and a baseline policy has a name and a priority of its own.

Until a cluster is moved the older kinds do their work, hence info. It is a warning
where policies of both APIs of one tier apply to the same pods: no rule says which of
them decides first, and a cluster may not enforce both.

Not checked: which of the two the cluster enforces.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Info,
	Tags:     []string{"admin", "schema"},
	Run:      runAdminLegacyAPI,
}

func runAdminLegacyAPI(pass *lint.Pass) (any, error) {
	var older, newer []*graph.Policy
	for _, p := range pass.Graph.Admin {
		if p.Object.ID.Kind == "ClusterNetworkPolicy" {
			newer = append(newer, p)
		} else {
			older = append(older, p)
		}
	}
	if len(older) == 0 {
		return nil, nil
	}
	mixed := false
	for _, p := range older {
		if q := sharesSubject(p, newer); q != nil {
			mixed = true
			reportMixedAPIs(pass, p, q)
		}
	}
	if mixed {
		return nil, nil
	}
	d := lint.Diagnostic{
		Object: older[0].Object, Path: manifest.Field("kind"),
		Message: fmt.Sprintf("%s of v1alpha1 have been replaced by ClusterNetworkPolicy: %s", count(len(older), "policy"), some(older)),
	}
	if len(older) == 1 {
		d.Message = fmt.Sprintf("%s is of a kind that has been replaced by ClusterNetworkPolicy", older[0])
	}
	for _, p := range older[1:] {
		d.Related = append(d.Related, lint.Related{Object: p.Object, Path: manifest.Field("kind"), Message: "of v1alpha1 too"})
	}
	pass.Report(d)
	return nil, nil
}

// sharesSubject returns the first of some policies that is of the same tier as
// p and may apply to the same pods.
func sharesSubject(p *graph.Policy, others []*graph.Policy) *graph.Policy {
	for _, q := range others {
		if q.Tier == p.Tier && subjectsOverlap(p, q) {
			return q
		}
	}
	return nil
}

// subjectsOverlap reports whether some pod could be the subject of two
// cluster-wide policies.
func subjectsOverlap(p, q *graph.Policy) bool {
	return !p.SubjectNamespaces.Invalid && !q.SubjectNamespaces.Invalid &&
		p.SubjectNamespaces.Overlaps(*q.SubjectNamespaces) && p.Subject.Overlaps(q.Subject)
}

func reportMixedAPIs(pass *lint.Pass, p, q *graph.Policy) {
	pass.Report(lint.Diagnostic{
		Severity: lint.Warning, Certainty: lint.Possible, Object: p.Object, Path: manifest.Field("kind"),
		Message: fmt.Sprintf("%s and its successor's %s apply to the same pods, and nothing says which of the two APIs decides first", p, q),
		Related: []lint.Related{{Object: q.Object, Path: manifest.Field("kind"), Message: "of the newer API"}},
	})
}
