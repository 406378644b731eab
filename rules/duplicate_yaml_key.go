package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var duplicateYAMLKey = &lint.Rule{
	Name: "duplicate-yaml-key",
	Doc: `key that stands twice in one map

Of two entries with the same key, kubectl and Helm keep the last one and drop
the other without a word: of two "ingress" lists only one is ever applied, and
no validation sees the other. Kustomize, and with it Flux, refuses the file.

Entries of a merge key ("<<") are meant to be overridden and do not count.

Not checked: the status, and which of the entries is the right one.

https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runDuplicateYAMLKey,
}

func runDuplicateYAMLKey(pass *lint.Pass) (any, error) {
	for _, o := range pass.Bundle.Objects {
		for _, fact := range o.Facts {
			if fact.Kind != manifest.DuplicateKey {
				continue
			}
			pass.Report(lint.Diagnostic{
				Object: o, Path: fact.Path,
				Message: fmt.Sprintf("%s writes %s more than once, so that kubectl applies only this last one and drops what stands before it",
					objectName(o), fact.Path),
			})
		}
	}
	return nil, nil
}
