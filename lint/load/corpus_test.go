package load

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint/manifest"
)

// corpus returns the files below a folder of the real manifests that may lie
// beside the repository. They are other people's, so they are not part of it.
func corpus(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	dir = path.Join("../../../shared/corpus", dir)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is not there; the tests of fixtures cover every case that it has", dir)
	}
	return filesOf(t, dir)
}

// trees are real folders of Kustomize trees, and how many policies these build
// at least.
var trees = []struct {
	dir      string
	policies int
}{{"flux2", 6}, {"microservices-demo", 12}}

// realCharts are real charts with values that turn their policies on.
var realCharts = []struct {
	dir, chart, values string
	policies           int
}{
	{"microservices-demo", "helm-chart", "networkPolicies: {create: true}\n", 12},
	{"kyverno-chart", "_chart", "admissionController: &on {networkPolicy: {enabled: true}}\nbackgroundController: *on\ncleanupController: *on\nreportsController: *on\n", 4},
}

// withValues returns the files of a real chart, its values among them.
func withValues(t *testing.T, dir, values string) fstest.MapFS {
	t.Helper()
	fsys := corpus(t, dir)
	fsys["on.yaml"] = &fstest.MapFile{Data: []byte(values)}
	return fsys
}

// TestRealTreesBuildTheSame builds every Kustomize root of real repositories
// with and without tracing.
func TestRealTreesBuildTheSame(t *testing.T) {
	for _, tree := range trees {
		t.Run(tree.dir, func(t *testing.T) {
			fsys := corpus(t, tree.dir)
			roots, objects := 0, 0
			for _, k := range kustomizationsIn(t, fsys) {
				if n := buildsTheSame(t, fsys, path.Dir(k.name)); n > 0 {
					roots, objects = roots+1, objects+n
				}
			}
			t.Logf("%d roots, %d objects", roots, objects)
			if roots < 5 {
				t.Error("too few roots to say anything")
			}
		})
	}
}

// kustomizationsIn returns the kustomizations that can be built by themselves:
// those that leave something when what is not there is taken off.
func kustomizationsIn(t *testing.T, fsys fstest.MapFS) []*kustomization {
	t.Helper()
	w := newWalker(Input{FS: fsys}, func(*source) {})
	w.root(".")
	return slices.DeleteFunc(w.kustoms, func(k *kustomization) bool {
		return k.component || !slices.ContainsFunc(k.refs, func(r reference) bool { return r.name != "" && r.resource })
	})
}

func TestRealChartsRenderAsHelm(t *testing.T) {
	for _, chart := range realCharts {
		t.Run(chart.dir, func(t *testing.T) {
			fsys := withValues(t, chart.dir, chart.values)
			rendersAsHelm(t, newRelease(t, fsys, Chart{Path: chart.chart, Values: []string{"on.yaml"}, Release: releaseName}))
		})
	}
}

// TestRealTreesArePlaced asks for the place of every field of every policy that
// real Kustomize trees build.
func TestRealTreesArePlaced(t *testing.T) {
	for _, tree := range trees {
		t.Run(tree.dir, func(t *testing.T) {
			fsys := corpus(t, tree.dir)
			var objects []*manifest.Object
			for _, k := range kustomizationsIn(t, fsys) {
				objects = append(objects, buildKustomization(Input{FS: fsys}, nil, k.name).objects...)
			}
			placed(t, objects, tree.policies, 98)
		})
	}
}

// TestRealChartsArePlaced does the same for charts.
func TestRealChartsArePlaced(t *testing.T) {
	for _, chart := range realCharts {
		t.Run(chart.dir, func(t *testing.T) {
			in := Input{FS: withValues(t, chart.dir, chart.values), MaxDocument: defaultMaxDocument}
			r := buildChart(context.Background(), in, Chart{Path: chart.chart, Values: []string{"on.yaml"}})
			placed(t, r.objects, chart.policies, 95)
		})
	}
}

// placed fails where the places of fewer than a percentage of the fields of all
// policies are lines that hold the field's key or value.
func placed(t *testing.T, objects []*manifest.Object, policies, percentage int) {
	t.Helper()
	found, fields, held, exact := 0, 0, 0, 0
	var missed []string
	for _, o := range objects {
		if !isPolicy(o.ID.Kind) {
			continue
		}
		found++
		eachField(o.Value, nil, func(p manifest.Path, v manifest.Value) {
			at := o.At(p)
			fields++
			if at.Precision == manifest.Exact {
				exact++
			}
			if holds(at.Span, p, v) {
				held++
			} else {
				missed = append(missed, fmt.Sprintf("%s %s is placed at %s", o.ID.Name, p, line(at.Span)))
			}
		})
	}
	t.Logf("%d policies, %d fields: the line holds %d (%.1f %%), %d are exact", found, fields, held, 100*float64(held)/float64(max(fields, 1)), exact)
	for _, m := range missed {
		t.Log(m)
	}
	if found < policies {
		t.Errorf("%d policies instead of %d", found, policies)
	}
	if held*100 < fields*percentage {
		t.Errorf("fewer than %d %%", percentage)
	}
}

// holds reports whether the first line of a place holds a field's key or its
// value; of an item of a list, one of its keys.
func holds(span manifest.Span, p manifest.Path, v manifest.Value) bool {
	text := span.File.Line(span.File.Position(span.Start).Line)
	if key := p[len(p)-1].Key; key != "" && strings.Contains(text, key) {
		return true
	}
	if v.Kind() <= manifest.String {
		return v.Text() != "" && strings.Contains(text, v.Text())
	}
	return slices.ContainsFunc(v.Members(), func(e manifest.Member) bool { return strings.Contains(text, e.Key) }) ||
		len(v.Members()) == 0 && strings.Contains(text, "{}")
}
