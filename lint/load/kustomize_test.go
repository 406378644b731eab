package load

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/nplint/nplint/lint/manifest"
)

// overlays is a base under two overlays with every way to set a value. The
// comments name what a line sets.
var overlays = map[string]string{
	"base/kustomization.yaml": `resources:
- policy.yaml
- workloads.yaml
`,
	"base/policy.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
  - from:
    - podSelector:
        matchLabels:
          app: front
    ports:
    - port: 80
---
# Another document of the same file.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes:
  - Ingress
`,
	"base/workloads.yaml": "apiVersion: apps/v1\r\nkind: Deployment\r\nmetadata:\r\n  name: web\r\nspec:\r\n  template:\r\n    metadata:\r\n      labels:\r\n        app: web\r\n",
	"overlays/dev/kustomization.yaml": `namespace: dev
namePrefix: dev-
resources:
- ../../base
components:
- ../../component
patches:
- path: port.yaml
- patch: |
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata:
      name: db
    spec:
      policyTypes:
      - Ingress
      - Egress
configMapGenerator:
- name: ignored
  files: [missing.txt]
`,
	"overlays/dev/port.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  ingress:
  - ports:
    - port: 8080
`,
	"overlays/prod/kustomization.yaml": `namespace: prod
resources:
- ../../base
- https://example.com/remote.yaml
labels:
- includeSelectors: true
  pairs:
    env: prod
patches:
- target: {kind: NetworkPolicy, name: web}
  path: ops.yaml
- target: {kind: NetworkPolicy, name: db}
  patch: |-
    - op: add
      path: /spec/policyTypes/-
      value: Egress
    - op: add
      path: /spec/egress
      value:
      - ports:
        - port: 53
transformers:
- annotations.yaml
replacements:
- source: {kind: Deployment, name: web, fieldPath: metadata.name}
  targets:
  - select: {kind: NetworkPolicy, name: db}
    fieldPaths:
    - metadata.annotations.web
    - spec.podSelector.matchLabels.app
    options: {create: true}
- path: port.yaml
`,
	"overlays/prod/port.yaml": `source: {kind: Deployment, name: web, fieldPath: metadata.name}
targets:
- select: {kind: NetworkPolicy, name: web}
  fieldPaths:
  - spec.ingress.0.from.0.podSelector.matchLabels.app
`,
	"overlays/prod/ops.yaml": `- op: replace
  path: /spec/ingress/0/ports/0/port
  value: 443
`,
	"overlays/prod/annotations.yaml": `apiVersion: builtin
kind: AnnotationsTransformer
metadata:
  name: owner
annotations:
  owner: web-team
fieldSpecs:
- path: metadata/annotations
  create: true
`,
	"component/kustomization.yaml": `apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources:
- deny.yaml
`,
	"component/deny.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
spec:
  podSelector: {}
`,
}

func TestKustomizeTraces(t *testing.T) {
	ingress := manifest.Field("spec", "ingress").Item(0)
	tests := []struct {
		namespace, policy string
		path              manifest.Path
		want              string // file:line: text
	}{
		{"dev", "dev-web", manifest.Field("spec", "podSelector", "matchLabels", "app"), "base/policy.yaml:8: app: web"},
		{"dev", "dev-web", ingress.Key("ports").Item(0).Key("port"), "overlays/dev/port.yaml:8: port: 8080"},
		{"dev", "dev-web", manifest.Field("metadata", "namespace"), "overlays/dev/kustomization.yaml:1: namespace: dev"},
		{"dev", "dev-web", manifest.Field("metadata", "name"), "overlays/dev/kustomization.yaml:2: namePrefix: dev-"},
		{"dev", "dev-db", manifest.Field("spec", "policyTypes").Item(1), "overlays/dev/kustomization.yaml:17: Egress"},
		{"dev", "dev-db", manifest.Field("spec", "podSelector"), "base/policy.yaml:23: podSelector:"},
		{"dev", "dev-deny", manifest.Field("spec", "podSelector"), "component/deny.yaml:6: podSelector: {}"},
		{"prod", "web", ingress.Key("ports").Item(0).Key("port"), "overlays/prod/ops.yaml:3: value: 443"},
		{"prod", "web", ingress.Key("from"), "base/policy.yaml:10: from:"},
		{"prod", "web", manifest.Field("spec", "podSelector", "matchLabels", "app"), "base/policy.yaml:8: app: web"},
		{"prod", "web", manifest.Field("spec", "podSelector", "matchLabels", "env"), "overlays/prod/kustomization.yaml:8: env: prod"},
		{"prod", "web", ingress.Key("from").Item(0).Key("podSelector").Key("matchLabels").Key("env"), "overlays/prod/kustomization.yaml:8: env: prod"},
		{"prod", "web", manifest.Field("metadata", "annotations", "owner"), "overlays/prod/annotations.yaml:6: owner: web-team"},
		{"prod", "db", manifest.Field("spec", "policyTypes").Item(1), "overlays/prod/kustomization.yaml:16: value: Egress"},
		{"prod", "db", manifest.Field("spec", "egress").Item(0).Key("ports").Item(0).Key("port"), "overlays/prod/kustomization.yaml:21: port: 53"},
		{"prod", "db", manifest.Field("spec", "podSelector", "matchLabels", "app"), "overlays/prod/kustomization.yaml:30: spec.podSelector.matchLabels.app"},
		{"prod", "web", ingress.Key("from").Item(0).Key("podSelector").Key("matchLabels").Key("app"), "overlays/prod/port.yaml:5: spec.ingress.0.from.0.podSelector.matchLabels.app"},
		{"prod", "db", manifest.Field("metadata", "name"), "base/policy.yaml:21: name: db"},
	}
	objects := map[string]*manifest.Object{}
	for _, b := range mustLoad(t, Input{FS: files(overlays), Paths: []string{"."}}).Bundles {
		for _, o := range b.Objects {
			objects[o.ID.Namespace+"/"+o.ID.Kind+"/"+o.ID.Name] = o
		}
	}
	for _, test := range tests {
		o := objects[test.namespace+"/NetworkPolicy/"+test.policy]
		if o == nil {
			t.Fatalf("no %s in %s", test.policy, test.namespace)
		}
		origin := o.At(test.path)
		span := origin.Span
		got := fmt.Sprintf("%s:%d: %s", span.File.Name, span.File.Position(span.Start).Line, span.Text())
		if got != test.want || origin.Precision != manifest.Exact {
			t.Errorf("%s %s %s: got %s (%s), want %s", test.namespace, test.policy, test.path, got, origin.Precision, test.want)
		}
	}
	web := objects["dev/Deployment/dev-web"]
	if got := web.At(manifest.Field("spec", "template", "metadata", "labels", "app")).Span; got.Text() != "app: web" || got.File.Name != "base/workloads.yaml" {
		t.Errorf("CRLF: got %q in %s", got.Text(), got.File.Name)
	}
	via := web.At(manifest.Field("kind")).Via
	var chain []string
	for _, span := range via {
		chain = append(chain, span.File.Name+": "+span.Text())
	}
	want := []string{"overlays/dev/kustomization.yaml: ../../base", "base/kustomization.yaml: workloads.yaml"}
	if diff := cmp.Diff(want, chain); diff != "" {
		t.Error(diff)
	}
}

// TestKustomizeBuildsTheSame compares the objects of a traced build with what
// the library builds by itself.
func TestKustomizeBuildsTheSame(t *testing.T) {
	for _, dir := range []string{"overlays/dev", "overlays/prod"} {
		if n := buildsTheSame(t, files(overlays), dir); n == 0 {
			t.Errorf("%s: nothing is built", dir)
		}
	}
}

// buildsTheSame compares, object by object, what a folder builds with what the
// library builds without tracing from kustomizations that name no generator and
// nothing that is not there. It returns how many objects that are.
func buildsTheSame(t *testing.T, fsys fstest.MapFS, dir string) int {
	t.Helper()
	plain := filesys.MakeFsInMemory()
	for name, file := range fsys {
		text := file.Data
		if isKustomization(path.Base(name)) {
			text = withoutTheMissing(t, fsys, name)
		}
		if err := plain.WriteFile("/"+name, text); err != nil {
			t.Fatal(err)
		}
	}
	want, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(plain, "/"+dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	got, err := newTree(Input{FS: fsys}, nil).run("/" + dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	if len(got) != want.Size() {
		t.Fatalf("%s: %d objects instead of %d", dir, len(got), want.Size())
	}
	for i, r := range want.Resources() {
		w, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var decoded any
		if err := got[i].Decode(&decoded); err != nil {
			t.Fatal(err)
		}
		g, err := json.Marshal(decoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(w)), string(g)); diff != "" {
			t.Errorf("%s, object %d: %s", dir, i, diff)
		}
	}
	return len(got)
}

// withoutTheMissing takes generators off a kustomization, and what it names and
// is not there.
func withoutTheMissing(t *testing.T, fsys fstest.MapFS, name string) []byte {
	t.Helper()
	var fields map[string]any
	if err := yaml.Unmarshal(fsys[name].Data, &fields); err != nil {
		t.Fatal(err)
	}
	for field, value := range fields {
		if strings.HasSuffix(field, "Generator") || field == "generators" {
			delete(fields, field)
		}
		if list, ok := value.([]any); ok && field == "resources" {
			fields[field] = slices.DeleteFunc(list, func(entry any) bool {
				_, err := fs.Stat(fsys, path.Join(path.Dir(name), entry.(string)))
				return err != nil
			})
		}
	}
	text, err := yaml.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestKustomizeTrouble(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"circular", map[string]string{"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"},
			[]string{"a/kustomization.yaml:1: kustomization cannot be built: cycle detected"}},
		{"outside its root", map[string]string{"a/kustomization.yaml": "resources: [../x.yaml]\n", "x.yaml": policy("x")},
			[]string{"x.yaml:2 NetworkPolicy/x", "a/kustomization.yaml:1: kustomization cannot be built: accumulating resources from '../x.yaml': security; file '/x.yaml' is not in or below '/a'"}},
		{"bases without end", nested(maxTreeDepth + 2),
			[]string{"0/kustomization.yaml:1: kustomization cannot be built: its bases are nested more than 100 levels deep"}},
		{"many objects", map[string]string{"a/kustomization.yaml": "resources: [x.yaml]\n", "a/x.yaml": strings.Repeat(policy("x")+"---\n", maxTreeObjects)},
			[]string{"a/kustomization.yaml:1: kustomization cannot be built: it has more than 4000 objects, "}},
		{"objects that double at every level", doubling(14),
			[]string{"0/kustomization.yaml:1: kustomization cannot be built: it has more than 4000 objects, "}},
		{"broken resource", map[string]string{"a/kustomization.yaml": "resources: [x.yaml]\n", "a/x.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n spec: {}\n"},
			[]string{"a/x.yaml:5: kustomization cannot be built: a/x.yaml does not parse: did not find expected key"}},
		{"broken kustomization", map[string]string{"a/kustomization.yaml": "resources:\n- x.yaml\n patches: []\n", "a/x.yaml": policy("x")},
			[]string{"a/x.yaml:2 NetworkPolicy/x", "a/kustomization.yaml:3: kustomization cannot be built: a/kustomization.yaml does not parse: "}},
		{"the same twice", map[string]string{"a/kustomization.yaml": "resources:\n- x.yaml\n- y.yaml\n", "a/x.yaml": policy("x"), "a/y.yaml": policy("x")},
			[]string{"a/x.yaml:2 NetworkPolicy/x", "a/y.yaml:2 NetworkPolicy/x", "a/kustomization.yaml:3: kustomization cannot be built: merging resources from 'y.yaml': may not add resource with an already registered id: "}},
		{"unknown field", map[string]string{"a/kustomization.yaml": "resourcs: []\n"},
			[]string{"a/kustomization.yaml:1: kustomization cannot be built: "}},
		{"remote and missing", map[string]string{"a/kustomization.yaml": "resources:\n- x.yaml\n- github.com/o/r//deploy?ref=main\n- git@example.com:o/r.git\n- gone\n", "a/x.yaml": policy("x")},
			[]string{"a/x.yaml:2 NetworkPolicy/x", "skipped a/kustomization.yaml:3: resources: github.com", "skipped a/kustomization.yaml:4: resources: git@", "skipped a/kustomization.yaml:5: resources: gone is not"}},
		{"charts and plugins", map[string]string{"a/kustomization.yaml": "resources: [x.yaml]\nhelmCharts: [{name: c, repo: 'https://example.com'}]\ngenerators: [g.yaml]\n", "a/x.yaml": policy("x"),
			"a/g.yaml": "apiVersion: example.com/v1\nkind: Exec\nmetadata:\n  name: g\n  annotations: {config.kubernetes.io/function: 'exec: {path: /bin/true}'}\n"},
			[]string{"a/x.yaml:2 NetworkPolicy/x", "skipped a/kustomization.yaml:2: Helm charts within", "skipped a/kustomization.yaml:3: generator plugins"}},
		{"program as a transformer", map[string]string{"a/kustomization.yaml": "resources: [x.yaml]\ntransformers: [t.yaml]\n", "a/x.yaml": policy("x"),
			"a/t.yaml": "apiVersion: example.com/v1\nkind: Exec\nmetadata:\n  name: t\n  annotations: {config.kubernetes.io/function: 'exec: {path: /bin/true}'}\n"},
			[]string{"a/x.yaml:2 NetworkPolicy/x", "a/kustomization.yaml:1: kustomization cannot be built: "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := summary(mustLoad(t, Input{FS: files(test.files), Paths: []string{"."}}))
			for i, want := range test.want {
				if i >= len(got) || !strings.HasPrefix(got[i], want) {
					t.Fatalf("got %q, want %q", got, test.want)
				}
			}
			if len(got) != len(test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// nested returns a chain of kustomizations, each the base of the one before.
func nested(levels int) map[string]string {
	texts := map[string]string{}
	for i := range levels {
		texts[fmt.Sprintf("%d/kustomization.yaml", i)] = fmt.Sprintf("nameSuffix: a%d\nresources: [../%d]\n", i, i+1)
	}
	texts[fmt.Sprintf("%d/kustomization.yaml", levels)] = "resources: [x.yaml]\n"
	texts[fmt.Sprintf("%d/x.yaml", levels)] = policy("x")
	return texts
}

// doubling returns a tree in which every level uses the one below twice, under
// other names.
func doubling(levels int) map[string]string {
	texts := nested(levels)
	for i := range levels {
		texts[fmt.Sprintf("%d/kustomization.yaml", i)] = fmt.Sprintf("resources: [../a%d, ../b%d]\n", i, i)
		for _, side := range []string{"a", "b"} {
			texts[fmt.Sprintf("%s%d/kustomization.yaml", side, i)] = fmt.Sprintf("namePrefix: %s-\nresources: [../%d]\n", side, i+1)
		}
	}
	return texts
}

func TestKustomizeManyOverlays(t *testing.T) {
	fsys := map[string]string{"base/kustomization.yaml": "resources: [x.yaml]\n", "base/x.yaml": policy("x")}
	for i := range 50 {
		fsys[path.Join("overlays", fmt.Sprint(i), "kustomization.yaml")] = fmt.Sprintf("namespace: n%d\nresources: [../../base]\n", i)
	}
	r := mustLoad(t, Input{FS: files(fsys), Paths: []string{"."}})
	if len(r.Bundles) != 1 || len(r.Bundles[0].Objects) != 50 {
		t.Errorf("%d bundles", len(r.Bundles))
	}
}

// TestUnbuilt reads the resources of a root that cannot be built as they stand,
// in the namespace that it sets.
func TestUnbuilt(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, text := range overlays {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name := range fsys {
		if !strings.HasPrefix(name, "base/") {
			delete(fsys, name)
		}
	}
	fsys["broken/kustomization.yaml"] = &fstest.MapFile{Data: []byte(`namespace: dev
resources: [../base]
patches:
- target: {kind: NetworkPolicy, name: web}
  patch: |
    - op: replace
      path: /spec/absent/0
      value: x
`)}
	r, err := Load(t.Context(), Input{FS: fsys, Paths: []string{"broken"}})
	if err != nil {
		t.Fatal(err)
	}
	b := r.Bundles[0]
	if len(b.Problems) != 1 || b.Problems[0].Kind != manifest.BuildFailed {
		t.Errorf("problems: %v", b.Problems)
	}
	var got []string
	for _, o := range b.Objects {
		span := o.At(manifest.Field("metadata", "name")).Span
		got = append(got, fmt.Sprintf("%s/%s/%s at %s:%d", o.ID.Namespace, o.ID.Kind, o.ID.Name, span.File.Name, span.File.Position(span.Start).Line))
	}
	want := []string{
		"dev/NetworkPolicy/web at base/policy.yaml:4", "dev/NetworkPolicy/db at base/policy.yaml:21",
		"dev/Deployment/web at base/workloads.yaml:4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
