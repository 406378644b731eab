package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidYAML = &lint.Rule{
	Name: "invalid-yaml",
	Doc: `manifest does not parse

A document that looks like a Kubernetes object but is not valid YAML, or not
text at all, would be refused by kubectl. nplint reads the rest of its file, but
every other finding is made without the object: a policy that is missing for
this reason looks like a namespace without protection.

Templates that were not rendered are reported here too. Lint the chart that they
belong to, or the output of "helm template".

Not checked: text without the keys apiVersion and kind, which is taken for the
configuration of another tool.

https://kubernetes.io/docs/concepts/overview/working-with-objects/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run: func(pass *lint.Pass) (any, error) {
		reportProblems(pass, manifest.InvalidYAML)
		return nil, nil
	},
}
