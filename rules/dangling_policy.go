package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var danglingPolicy = &lint.Rule{
	Name: "dangling-policy",
	Doc: `policy selects no pod

A policy whose podSelector matches no pod of its namespace protects nothing. It is
an error where a label is misspelt, so that it is known which pods were meant, and
a warning where a workload has all of several labels but one. Without such a near
miss the pods may be deployed by somebody else, so that it is only info, unless
the input is said to be complete. So it is where the policy is called after the
label that looks misspelt, or where pods of other namespaces carry it.

Labels are compared with those of the pod template, not with those of the object
that owns it. Labels that operators put on the pods they create, labels that pods
get while they run, and policies with the annotation nplint.dev/external-pods are
passed over.

Not checked: namespaces of which the input holds no workload, and policies whose
pods may be those of manifests without a namespace.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runDanglingPolicy,
}

func runDanglingPolicy(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	for _, p := range pass.Graph.Policies {
		if len(p.Workloads) > 0 || !inhabited(p.Namespace) || !f.expects(p, p.Subject) || atHome(p.Subject, p.Namespace) {
			continue
		}
		where := f.elsewhere(p, p.Subject)
		if where.here || len(f.ownersOf(p, p.Subject)) > 0 {
			continue
		}
		if _, misplaced := f.misplaced(p); !misplaced {
			f.reportDangling(p, where)
		}
	}
	return nil, nil
}

func (f *finder) reportDangling(p *graph.Policy, where whereabouts) {
	d := lint.Diagnostic{
		Severity: lint.Info, Certainty: lint.Possible, Object: p.Object, Path: p.SubjectPath,
		Message: fmt.Sprintf("%s selects no pod: no workload of %s in the input has %s", p, namespaceName(p.Namespace), p.Subject),
	}
	if f.pass.Options.Complete {
		d.Severity, d.Certainty = lint.Warning, lint.Certain
	}
	miss, near := findNearMiss(p.Subject, f.in(p.Namespace))
	if near && len(where.there) == 0 && !miss.deliberate(p) {
		d.Severity, d.Certainty = lint.Warning, lint.Certain
		if miss.typo {
			d.Severity = lint.Error
		}
		d.Path = labelPath(p.Object, p.SubjectPath, miss.key)
		d.Message = fmt.Sprintf("%s selects no pod and protects nothing: %s", p, miss.why(namespaceName(p.Namespace)))
		d.Related = miss.places()
		prove(f.pass, &d, internet, reach.Workload(miss.like[0]), true, connset.All)
	}
	f.pass.Report(d)
}
