package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBundles(t *testing.T) {
	deployment := func(namespace, name string) string {
		return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s, namespace: %q}\n", name, namespace)
	}
	policyIn := func(namespace, name string) string {
		return fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: %s, namespace: %q}\n", name, namespace)
	}
	namespace := "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"
	service := "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
	tests := []struct {
		name  string
		files map[string]string
		want  map[string]string // bundle: its files
	}{
		{"a folder of plain YAML is one bundle",
			map[string]string{"a/x.yaml": deployment("", "x"), "b/y.yaml": deployment("", "y")},
			map[string]string{"default": "a/x.yaml b/y.yaml"}},
		{"environments are alternatives",
			map[string]string{"dev/web.yaml": deployment("", "web"), "prod/web.yaml": deployment("", "web"), "prod/more.yaml": deployment("", "m")},
			map[string]string{"dev": "dev/web.yaml", "prod": "prod/more.yaml prod/web.yaml"}},
		{"what lies below no fork is in every bundle",
			map[string]string{"envs/dev/web.yaml": deployment("", "web"), "envs/prod/web.yaml": deployment("", "web"), "base/p.yaml": policyIn("", "p")},
			map[string]string{"dev": "base/p.yaml envs/dev/web.yaml", "prod": "base/p.yaml envs/prod/web.yaml"}},
		{"branches of one name go together",
			map[string]string{
				"apps/a/dev/x.yaml": deployment("", "a"), "apps/a/prod/x.yaml": deployment("", "a"),
				"apps/b/dev/x.yaml": deployment("", "b"), "apps/b/prod/x.yaml": deployment("", "b"), "apps/b/test/x.yaml": deployment("", "b")},
			map[string]string{"dev": "apps/a/dev/x.yaml apps/b/dev/x.yaml", "prod": "apps/a/prod/x.yaml apps/b/prod/x.yaml", "test": "apps/b/test/x.yaml without apps/a"}},
		{"a fork within a branch splits it",
			map[string]string{"eu/dev/x.yaml": deployment("", "x"), "eu/prod/x.yaml": deployment("", "x"), "us/dev/x.yaml": deployment("", "x"), "us/prod/x.yaml": deployment("", "x")},
			map[string]string{"eu/dev": "eu/dev/x.yaml", "eu/prod": "eu/prod/x.yaml", "us/dev": "us/dev/x.yaml", "us/prod": "us/prod/x.yaml"}},
		{"the fork itself is a branch",
			map[string]string{"k8s/x.yaml": deployment("n", "x"), "k8s/test/x.yaml": deployment("n", "x")},
			map[string]string{"x.yaml": "k8s/x.yaml", "test": "k8s/test/x.yaml"}},
		{"policies conflict in a resolved namespace only",
			map[string]string{"a/p.yaml": policyIn("", "p"), "b/p.yaml": policyIn("", "p")},
			map[string]string{"default": "a/p.yaml b/p.yaml"}},
		{"policies in a resolved namespace",
			map[string]string{"a/p.yaml": policyIn("n", "p"), "b/p.yaml": policyIn("n", "p")},
			map[string]string{"a": "a/p.yaml", "b": "b/p.yaml"}},
		{"other namespaces are no alternatives",
			map[string]string{"a/x.yaml": deployment("a", "x"), "b/x.yaml": deployment("b", "x")},
			map[string]string{"default": "a/x.yaml b/x.yaml"}},
		{"namespaces and Services never conflict",
			map[string]string{"a/x.yaml": namespace + "---\n" + service, "b/x.yaml": namespace + "---\n" + service},
			map[string]string{"default": "a/x.yaml b/x.yaml"}},
		{"the same twice in one file is no alternative",
			map[string]string{"x.yaml": deployment("", "x") + "---\n" + deployment("", "x")},
			map[string]string{"default": "x.yaml"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := map[string]string{}
			for _, b := range mustLoad(t, Input{FS: files(test.files), Paths: []string{"."}}).Bundles {
				var names []string
				for _, f := range b.Files {
					names = append(names, f.Name)
				}
				slices.Sort(names)
				for _, s := range b.Skipped {
					names = append(names, "without "+s.File)
				}
				got[b.Name] = strings.Join(names, " ")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTreeBundles divides repositories as people lay them out.
func TestTreeBundles(t *testing.T) {
	workload := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\n"
	app := func(dir, name string) map[string]string {
		return map[string]string{
			dir + "/base/kustomization.yaml":          "resources: [x.yaml]\n",
			dir + "/base/x.yaml":                      fmt.Sprintf(workload, name),
			dir + "/overlays/dev/kustomization.yaml":  "resources: [../../base]\n",
			dir + "/overlays/prod/kustomization.yaml": "resources: [../../base, p.yaml]\n",
			dir + "/overlays/prod/p.yaml":             policy(name),
		}
	}
	merged := func(all ...map[string]string) map[string]string {
		out := map[string]string{}
		for _, m := range all {
			maps.Copy(out, m)
		}
		return out
	}
	tests := []struct {
		name  string
		files map[string]string
		want  map[string]string // bundle: its objects
	}{
		{"overlays never mix", app("k8s", "web"),
			map[string]string{"dev": "Deployment/web", "prod": "Deployment/web NetworkPolicy/web"}},
		{"apps with their own environments go together by name", merged(app("apps/web", "web"), app("apps/db", "db")),
			map[string]string{"dev": "Deployment/db Deployment/web", "prod": "Deployment/db Deployment/web NetworkPolicy/db NetworkPolicy/web"}},
		{"what all environments share", merged(app("apps/web", "web"), map[string]string{"shared/p.yaml": policy("shared")}),
			map[string]string{"dev": "Deployment/web NetworkPolicy/shared", "prod": "Deployment/web NetworkPolicy/shared NetworkPolicy/web"}},
		{"clusters never mix", map[string]string{
			"infra/kustomization.yaml":            "resources: [x.yaml]\n",
			"infra/x.yaml":                        fmt.Sprintf(workload, "dns"),
			"clusters/main/kustomization.yaml":    "namespace: system\nresources: [../../infra]\n",
			"clusters/staging/kustomization.yaml": "namespace: system\nresources: [../../infra]\n",
			"clusters/main/p.yaml":                policy("p"),
		}, map[string]string{"main": "Deployment/dns NetworkPolicy/p", "staging": "Deployment/dns"}},
		{"overlays for other namespaces of one cluster", map[string]string{
			"base/kustomization.yaml":       "resources: [x.yaml]\n",
			"base/x.yaml":                   fmt.Sprintf(workload, "web"),
			"tenants/a/kustomization.yaml":  "namespace: a\nresources: [../../base]\n",
			"tenants/b/kustomization.yaml":  "namespace: b\nresources: [../../base]\n",
			"tenants/b2/kustomization.yaml": "namespace: b\nnamePrefix: two-\nresources: [../../base]\n",
		}, map[string]string{"default": "Deployment/two-web Deployment/web Deployment/web"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := map[string]string{}
			for _, b := range mustLoad(t, Input{FS: files(test.files), Paths: []string{"."}}).Bundles {
				var names []string
				for _, o := range b.Objects {
					names = append(names, o.ID.Kind+"/"+o.ID.Name)
				}
				slices.Sort(names)
				got[b.Name] = strings.Join(names, " ")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
