package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var danglingPolicy = &lint.Rule{
	Name: "dangling-policy",
	Doc: `policy selects no pod

A policy whose podSelector matches no pod of its namespace protects nothing. It is
an error where a label is misspelt, so that it is known which pods were meant, and
a warning where a workload has all of several labels but one. Without such a near
miss the pods may be deployed by somebody else, so that it is only info, unless
the input is said to be complete.

Labels are compared with those of the pod template, not with those of the object
that owns it. Labels that operators put on the pods they create, and policies with
the annotation nplint.dev/external-pods, are passed over.

Not checked: namespaces of which the input holds no workload.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource`,
	Severity: lint.Error,
	Tags:     []string{"selectors"},
	Run:      runDanglingPolicy,
}

func runDanglingPolicy(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if dangles(pass, p) && misplaced(pass, p) == nil {
			reportDangling(pass, p)
		}
	}
	return nil, nil
}

// dangles reports whether a policy selects nothing in a namespace that the
// input knows workloads of.
func dangles(pass *lint.Pass, p *graph.Policy) bool {
	s := p.Subject
	return len(p.Workloads) == 0 && len(p.Namespace.Workloads) > 0 &&
		!s.Everything() && !s.Invalid && !s.Unsatisfiable() && !madeElsewhere(pass.Options, p.Object, s)
}

func reportDangling(pass *lint.Pass, p *graph.Policy) {
	d := lint.Diagnostic{Object: p.Object, Path: p.SubjectPath, Severity: lint.Info}
	miss, near := findNearMiss(p.Subject, p.Namespace.Workloads)
	switch {
	case near:
		d.Path = labelPath(p.Object, p.SubjectPath, miss.key)
		d.Message = fmt.Sprintf("%s selects no pod and protects nothing: %s", p, miss.why)
		d.Related = []lint.Related{{Object: miss.like.Object, Path: miss.like.LabelsPath, Message: "labels of " + miss.like.String()}}
		if d.Severity = lint.Warning; miss.typo {
			d.Severity = lint.Error
		}
	default:
		d.Message = fmt.Sprintf("%s selects no pod: no workload of %s in the input has %s", p, namespaceName(p.Namespace), p.Subject)
		if pass.Options.Complete {
			d.Severity = lint.Warning
		}
	}
	pass.Report(d)
}
