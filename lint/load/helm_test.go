package load

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/nplint/nplint/lint/manifest"
)

// newRelease returns a chart that is ready to render.
func newRelease(t *testing.T, fsys fs.FS, options Chart) *release {
	t.Helper()
	in := Input{FS: fsys, Dir: ".", MaxDocument: defaultMaxDocument}
	files, err := readChart(in, options.Path)
	if err != nil {
		t.Fatal(err)
	}
	c := &release{ctx: context.Background(), in: in, files: files, options: options}
	if c.rendered, err = c.render(nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestChartRendersAsHelm(t *testing.T) {
	for _, dir := range []string{"shop", "old", "hard"} {
		rendersAsHelm(t, newRelease(t, charts(t), Chart{Path: dir, Release: releaseName}))
	}
}

// rendersAsHelm compares what a chart renders with what Helm's engine makes of
// it, and with the rendering that is marked for tracing.
func rendersAsHelm(t *testing.T, c *release) {
	t.Helper()
	l, data, err := c.prepare()
	if err != nil {
		t.Fatal(err)
	}
	helm := engine.Engine{LintMode: true, CustomTemplateFuncs: maps.Clone(fixed)}
	for _, name := range []string{"required", "fail"} { // which log to standard error
		helm.CustomTemplateFuncs[name] = unlinked[name]
	}
	want, err := helm.RenderWithContext(context.Background(), l.Chart, data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, c.rendered); diff != "" {
		t.Errorf("%s: Helm (-) and nplint (+):\n%s", c.options.Path, diff)
	}
	marked, err := c.render(newMarks())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range marked {
		if diff := cmp.Diff(c.rendered[name], stripMarks(text)); diff != "" {
			t.Errorf("%s: plain (-) and marked (+):\n%s", name, diff)
		}
	}
}

func TestEveryRenderedLineHasAWriter(t *testing.T) {
	for _, dir := range []string{"shop", "old", "hard"} {
		c := newRelease(t, charts(t), Chart{Path: dir, Release: releaseName})
		for name, lines := range c.follow() {
			for i, line := range lines {
				if line.indent >= 0 && len(line.all) == 0 {
					t.Errorf("%s: nobody wrote line %d", name, i+1)
				}
			}
		}
	}
}

func TestUnrenderedPolicies(t *testing.T) {
	r := mustLoad(t, Input{FS: charts(t), Paths: []string{"shop"}})
	want := []manifest.Skipped{
		{File: "shop/charts/parts/templates/_labels.tpl:24", Reason: `renders no NetworkPolicy with these values; it stands under {{ define "parts.unused" }}`},
		{File: "shop/charts/queue/templates/policy.yaml:2", Reason: "renders no NetworkPolicy with these values; it stands under the sub-chart's condition queue.enabled"},
		{File: "shop/templates/policy.yaml:32", Reason: "renders no NetworkPolicy with these values; it stands under {{ if .Values.strict.enabled }} and {{ with .Values.strict }}"},
	}
	if diff := cmp.Diff(want, r.Bundles[0].Skipped); diff != "" {
		t.Error(diff)
	}
}

func TestChartOptions(t *testing.T) {
	fsys := charts(t).(fstest.MapFS)
	fsys["one.yaml"] = &fstest.MapFile{Data: []byte("strict: {enabled: true}\nweb: {policy: {peers: []}}\n")}
	fsys["two.yaml"] = &fstest.MapFile{Data: []byte("web: {policy: {text: ''}}\ndb:\n  port: 1\n")}
	in := Input{FS: fsys, MaxDocument: defaultMaxDocument}
	r := buildChart(context.Background(), in, Chart{
		Path: "shop", Values: []string{"one.yaml", "gone.yaml", "two.yaml"}, Namespace: "prod", Release: "r",
	})
	found := map[string]*manifest.Object{}
	for _, o := range r.objects {
		found[o.ID.Name] = o
		if o.ID.Namespace != "prod" {
			t.Errorf("%s is in namespace %q", o.ID.Name, o.ID.Namespace)
		}
	}
	if found["strict"] == nil || found["r-shop-web"] == nil || found["r-shop-web"].Value.At(manifest.Field("spec", "ingress")).Exists() && len(found["r-shop-web"].Value.At(manifest.Field("spec", "ingress")).Items()) > 0 {
		t.Errorf("the values files are not used: %v", slices.Sorted(maps.Keys(found)))
	}
	at := found["r-db"].At(manifest.Field("spec", "ingress").Item(0).Key("ports").Item(0).Key("port"))
	if len(at.Via) != 1 || line(at.Via[0]) != "two.yaml:3: port: 1" {
		t.Errorf("via %v", at.Via)
	}
	if want := (manifest.Skipped{File: "gone.yaml", Reason: "values file is not in the input"}); !slices.Contains(r.skipped, want) {
		t.Errorf("skipped: %v", r.skipped)
	}
}

func TestChartNamespace(t *testing.T) {
	fsys := chartOfTemplates("c", map[string]string{
		"a.yaml": policy("a"), "b.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: {{ .Release.Namespace }}}\n",
		"c.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: c, namespace: other}\n",
	})
	want := map[string]map[string]string{"": {"a": "", "b": "", "c": "other"}, "shop": {"a": "shop", "b": "shop", "c": "other"}}
	for namespace, objects := range want {
		got := map[string]string{}
		for _, o := range mustLoad(t, Input{FS: fsys, Paths: []string{"."}, Namespace: namespace}).Bundles[0].Objects {
			got[o.ID.Name] = o.ID.Namespace
		}
		if diff := cmp.Diff(objects, got); diff != "" {
			t.Errorf("namespace %q: %s", namespace, diff)
		}
	}
}

func TestArchivedSubchart(t *testing.T) {
	inner := archived(t, map[string]string{
		"inner/Chart.yaml": "apiVersion: v2\nname: inner\nversion: 1.0.0\n", "inner/templates/y.yaml": policy("{{ .Values.name }}"),
		"inner/values.yaml": "name: inner\n",
	})
	fsys := chartOfTemplates("c", map[string]string{"x.yaml": policy("x")})
	fsys["c/charts/outer-1.0.0.tgz"] = &fstest.MapFile{Data: archived(t, map[string]string{
		"outer/Chart.yaml": "apiVersion: v2\nname: outer\nversion: 1.0.0\n", "outer/charts/inner.tgz": string(inner),
	})}
	fsys["c/charts/_old.tgz"] = &fstest.MapFile{Data: []byte("ignored")}
	r := mustLoad(t, Input{FS: fsys, Paths: []string{"."}})
	want := []string{
		"c/charts/outer-1.0.0.tgz/charts/inner.tgz/templates/y.yaml:2 NetworkPolicy/inner",
		"c/templates/x.yaml:2 NetworkPolicy/x",
	}
	if diff := cmp.Diff(want, summary(r)); diff != "" {
		t.Error(diff)
	}
	at := r.Bundles[0].Objects[0].At(manifest.Field("metadata", "name"))
	if len(at.Via) != 1 || line(at.Via[0]) != "c/charts/outer-1.0.0.tgz/charts/inner.tgz/values.yaml:1: name: inner" {
		t.Errorf("via %v", at.Via)
	}
}

func TestChartBundles(t *testing.T) {
	fsys := fstest.MapFS{"plain.yaml": {Data: []byte(policy("plain"))}}
	for _, dir := range []string{"a/web", "b/web", "db"} {
		for name, file := range chartOfTemplates(path.Base(dir), map[string]string{"x.yaml": policy("x")}) {
			fsys[path.Join(path.Dir(dir), name)] = file
		}
	}
	maps.Copy(fsys, chartOfTemplates("parts", nil))
	fsys["parts/Chart.yaml"].Data = append(fsys["parts/Chart.yaml"].Data, "type: library\n"...)
	var got []string
	for _, b := range mustLoad(t, Input{FS: fsys, Paths: []string{"."}}).Bundles {
		got = append(got, fmt.Sprintf("%s %d", b.Name, len(b.Objects)))
		want := []manifest.Skipped{{File: "parts/Chart.yaml", Reason: "library chart renders nothing by itself"}}
		if diff := cmp.Diff(want, b.Skipped); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"a/web 1", "b/web 1", "db 1", "default 1"}, got); diff != "" {
		t.Error(diff)
	}
	delete(fsys, "plain.yaml")
	if n := len(mustLoad(t, Input{FS: fsys, Paths: []string{"."}}).Bundles); n != 3 {
		t.Errorf("%d bundles of three charts", n)
	}
}
