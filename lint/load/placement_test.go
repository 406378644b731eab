package load

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlacements gives folders the namespaces that GitOps objects name.
func TestPlacements(t *testing.T) {
	fsys := files(map[string]string{
		"repo/.git/HEAD": "",
		"repo/clusters/flux.yaml": `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: flux-system}
spec: {path: ./apps/web, targetNamespace: shop}
`,
		"repo/clusters/argo.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: db, namespace: argocd}
spec:
  source: {path: apps/db}
  destination: {namespace: data}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: twice-a, namespace: argocd}
spec: {sources: [{path: apps/twice}], destination: {namespace: a}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: twice-b, namespace: argocd}
spec: {sources: [{path: apps/twice}], destination: {namespace: b}}
`,
		"repo/apps/web/kustomization.yaml": "resources: [p.yaml]\nnamespace: replaced\n",
		"repo/apps/web/p.yaml":             policy("web"),
		"repo/apps/db/own.yaml":            "apiVersion: v1\nkind: Pod\nmetadata: {name: own, namespace: kept}\n",
		"repo/apps/db/p.yaml":              policy("db"),
		"repo/apps/twice/p.yaml":           policy("twice"),
		"repo/apps/web2/p.yaml":            policy("other"),
	})
	got := map[string]string{}
	for _, b := range mustLoad(t, Input{FS: fsys, Dir: "repo", Paths: []string{"repo"}}).Bundles {
		for _, o := range b.Objects {
			if !gitOps(o) {
				got[o.ID.Name] = o.ID.Namespace
			}
		}
	}
	want := map[string]string{
		"web": "shop", "db": "data", "own": "kept", "twice": "", "other": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
