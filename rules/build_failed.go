package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var buildFailed = &lint.Rule{
	Name: "build-failed",
	Doc: `Kustomize tree or chart cannot be built

nplint builds Kustomize trees and Helm charts by itself, without a network and
without starting a program. A tree that cannot be built would not be applied
either, and every other finding is made without its objects.

Not a failure: entries that are remote or missing, generators and plugins. They
are left out and listed as not analysed.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run: func(pass *lint.Pass) (any, error) {
		reportProblems(pass, manifest.BuildFailed)
		return nil, nil
	},
}

// reportProblems reports what kept texts of one kind from becoming objects.
func reportProblems(pass *lint.Pass, kind manifest.ProblemKind) {
	for _, problem := range pass.Bundle.Problems {
		if problem.Kind == kind {
			pass.Report(lint.Diagnostic{Span: problem.Span, Message: problem.Message})
		}
	}
}
