package rules

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var orphanManifest = &lint.Rule{
	Name: "orphan-manifest",
	Doc: `policy in a Kustomize tree that no kustomization refers to

Kustomize applies what a kustomization lists, not what lies in its folder. A
policy whose file was added beside the others and not to "resources" is never
applied, and nobody notices: the pods stay as open as they were.

Not checked: whether something else applies the file, such as a script or an
application of its own. A file that is named on the command line is not
reported.

https://kubernetes.io/docs/tasks/manage-kubernetes-objects/kustomization/`,
	Severity: lint.Warning,
	Tags:     []string{"coverage"},
	Run:      runOrphanManifest,
}

func runOrphanManifest(pass *lint.Pass) (any, error) {
	for _, o := range pass.Bundle.Objects {
		if o.Beside == "" || !strings.HasSuffix(o.ID.Kind, "NetworkPolicy") {
			continue
		}
		pass.Report(lint.Diagnostic{
			Object: o, Path: manifest.Field("metadata", "name"),
			Message: fmt.Sprintf("policy %s is never applied: no kustomization refers to its file, and Kustomize applies only what %s lists", o.ID.Name, o.Beside),
			Fixes:   []lint.Fix{{Message: "add the file to the resources of " + o.Beside}},
		})
	}
	return nil, nil
}
