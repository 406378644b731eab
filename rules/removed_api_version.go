package rules

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var removedAPIVersion = &lint.Rule{
	Name: "removed-api-version",
	Doc: `policy of an API version that no server takes

NetworkPolicy is served by networking.k8s.io/v1 alone. extensions/v1beta1 was
removed in Kubernetes 1.16, and the kind was never part of another group: the
server answers that it has no such kind, and nothing is applied.

It is a warning for the policies of crd.projectcalico.org/v1. They are how
Calico stores projectcalico.org/v3, so that what is written there by hand passes
by Calico's validation and defaults.

Not checked: the versions of workloads and of other policies.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/#networkpolicy-v116`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runRemovedAPIVersion,
}

const servedVersion = "networking.k8s.io/v1"

var apiVersion = manifest.Field("apiVersion")

func runRemovedAPIVersion(pass *lint.Pass) (any, error) {
	for _, o := range pass.Bundle.Objects {
		switch {
		case graph.IsNetworkPolicy(o.ID) && o.ID.APIVersion != servedVersion:
			why := "which never had the kind NetworkPolicy"
			if o.ID.Group() == "extensions" {
				why = "which Kubernetes 1.16 removed"
			}
			pass.Report(lint.Diagnostic{
				Object: o, Path: apiVersion,
				Message: fmt.Sprintf("%s has the API version %q, %s, so the API server refuses the policy", objectName(o), o.ID.APIVersion, why),
				Fixes: []lint.Fix{{
					Message: "write " + servedVersion,
					Ops:     []lint.Op{{Object: o, Path: apiVersion, Kind: lint.Set, Value: servedVersion}},
				}},
			})
		case calicoStorage(o):
			pass.Report(lint.Diagnostic{
				Object: o, Path: apiVersion, Severity: lint.Warning,
				Message: fmt.Sprintf("%s is written to %s, where Calico stores its policies, and so passes by its validation; apply projectcalico.org/v3 instead",
					objectName(o), o.ID.APIVersion),
			})
		}
	}
	return nil, nil
}

// calicoStorage reports whether a policy is written to where Calico keeps its
// own. What Calico wrote there itself carries its annotation.
func calicoStorage(o *manifest.Object) bool {
	_, own := o.Value.Get("metadata").Get("annotations").Strings()["projectcalico.org/metadata"]
	return o.ID.Group() == "crd.projectcalico.org" && strings.HasSuffix(o.ID.Kind, "NetworkPolicy") && !own
}
