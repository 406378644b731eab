package load

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestChartsThatCannotBeRendered(t *testing.T) {
	const endless = "chart cannot be rendered: templates do not come to an end"
	tests := []struct {
		name, template string
		values, helper string
		want           string // a prefix
	}{
		{name: "action that does not parse", template: "a: 1\nb: {{ if }}\n",
			want: "c/templates/x.yaml:2: chart cannot be rendered: missing value for if"},
		{name: "unknown function", template: "a: {{ nothing }}\n",
			want: `c/templates/x.yaml:1: chart cannot be rendered: function "nothing" not defined`},
		{name: "environment", template: "\n\na: {{ env \"HOME\" }}\n",
			want: `c/templates/x.yaml:3: chart cannot be rendered: function "env" not defined`},
		{name: "environment, expanded", template: "a: {{ expandenv \"$HOME\" }}\n",
			want: `c/templates/x.yaml:1: chart cannot be rendered: function "expandenv" not defined`},
		{name: "missing template", template: "a: {{ include \"gone\" . }}\n",
			want: `c/templates/x.yaml:1: chart cannot be rendered: template: no template "gone" associated with template "gotpl"`},
		{name: "failure in a helper", template: "a: {{ include \"h\" . }}\n", helper: "{{ define \"h\" }}\n{{ index .Values.a 3 }}\n{{ end }}", values: "a: [1]\n",
			want: "c/templates/_h.tpl:2: chart cannot be rendered: "},
		{name: "field of a nil value", template: "a: 1\nb: {{ .Values.a.b.c }}\n",
			want: "c/templates/x.yaml:2: chart cannot be rendered: nil pointer evaluating interface {}.b"},
		{name: "panic of a function", template: "b: {{ div 1 0 }}\n",
			want: "c/templates/x.yaml:1: chart cannot be rendered: "},
		{name: "values that do not parse", values: "a: [\n", want: "c/Chart.yaml:1: chart cannot be rendered: cannot load values.yaml: "},

		{name: "template that includes itself", template: "a: {{ include \"h\" . }}\n", helper: "{{ define \"h\" }}{{ include \"h\" . }}{{ end }}",
			want: `c/templates/_h.tpl:1: chart cannot be rendered: template "h" includes itself without end`},
		{name: "templates that include each other", template: "a: {{ include \"h\" . }}\n", helper: "{{ define \"h\" }}{{ include \"i\" . }}{{ include \"i\" . }}{{ end }}{{ define \"i\" }}x{{ include \"h\" . }}{{ end }}",
			want: "c/templates/_h.tpl:1: chart cannot be rendered: template "},
		{name: "template action that calls itself", template: "a: {{ template \"h\" . }}\n", helper: "{{ define \"h\" }}{{ template \"h\" . }}{{ end }}",
			want: "c/templates/_h.tpl:1: chart cannot be rendered: exceeded maximum template depth (100000)"},
		{name: "text that renders itself", template: "a: {{ tpl .Values.a . }}\n", values: "a: '{{ tpl .Values.a . }}'\n",
			want: "c/templates/x.yaml:1: chart cannot be rendered: tpl renders its own text without end"},
		{name: "text that renders itself many times over", template: "a: {{ tpl .Values.a . }}\n",
			values: "a: '{{ range until 9 }}{{ tpl $.Values.b $ }}{{ end }}'\nb: '{{ range until 9 }}{{ tpl $.Values.c $ }}{{ end }}'\nc: '{{ range until 999 }}{{ tpl \"x\" $ }}{{ end }}'\n",
			want:   "c/templates/x.yaml:1: " + endless},
		{name: "endless loop", template: "{{ range 1000000000000 }}x{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "endless loop without output", template: "{{ range 1000000000000 }}{{ if . }}{{ end }}{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "loops in loops", template: "{{ range until 9999 }}{{ range until 9999 }}{{ end }}{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "large list", template: "{{ range until 2000000000 }}{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "large text", template: "{{ repeat 2000000000 \"x\" }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "large indent", template: "a:\n{{ repeat 10000 \"x\\n\" | indent 1000000 }}", want: "c/templates/x.yaml:2: " + endless},
		{name: "text that doubles", template: "{{ $x := \"x\" }}{{ range until 99 }}{{ $x = print $x $x }}{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "list that doubles", template: "{{ $x := list 1 }}{{ range until 99 }}{{ $x = concat $x $x }}{{ end }}", want: "c/templates/x.yaml:1: " + endless},
		{name: "large random text", template: "{{ randAlphaNum 2000000000 }}", want: "c/templates/x.yaml:1: " + endless},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := chartOfTemplates("c", map[string]string{"x.yaml": test.template, "_h.tpl": test.helper})
			fsys["c/values.yaml"] = &fstest.MapFile{Data: []byte(test.values)}
			fsys["plain.yaml"] = &fstest.MapFile{Data: []byte(policy("plain"))}
			got := summary(mustLoad(t, Input{FS: fsys, Paths: []string{"."}}))
			if len(got) != 2 || !strings.HasPrefix(got[0], test.want) {
				t.Errorf("got %q, want one problem: %s", got, test.want)
			}
			if got[len(got)-1] != "plain.yaml:2 NetworkPolicy/plain" {
				t.Errorf("the other root is lost: %q", got)
			}
		})
	}
}

func TestBrokenCharts(t *testing.T) {
	fsys := fstest.MapFS{}
	add := func(name, text string) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	add("dependency/Chart.yaml", "apiVersion: v2\nname: d\nversion: 1.0.0\ndependencies:\n- name: spare\n  version: 1.x\n  condition: spare.enabled\n- name: other\n  version: 1.x\n- name: postgres\n  alias: db\n  version: 1.x\n")
	add("dependency/values.yaml", "spare: {enabled: false}\n")
	add("dependency/templates/x.yaml", policy("x"))
	add("library/Chart.yaml", "apiVersion: v2\nname: l\nversion: 1.0.0\ndependencies:\n- name: common\n  version: 1.x\n")
	add("library/templates/x.yaml", "{{ include \"common.name\" . }}\n")
	add("archive/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n")
	add("archive/charts/x.tgz", "no archive")
	add("nothing/Chart.yaml", "")
	add("rendered/Chart.yaml", "apiVersion: v2\nname: r\nversion: 1.0.0\n")
	add("rendered/templates/x.yaml", "apiVersion: v1\n# the kind\nkind: Pod\nmetadata:\n{{ \"  name: [\" }}\n")
	add("ignore/Chart.yaml", "apiVersion: v2\nname: i\nversion: 1.0.0\n")
	add("ignore/.helmignore", "a/**/b\n")
	got := summary(mustLoad(t, Input{FS: fsys, Paths: []string{"."}}))
	want := []string{
		"archive/Chart.yaml:1: chart cannot be rendered: charts/x.tgz: gzip: invalid header",
		"dependency/templates/x.yaml:2 NetworkPolicy/x",
		"skipped dependency/Chart.yaml:8: dependencies other, db are missing in charts/; run `helm dependency build`",
		"ignore/Chart.yaml:1: chart cannot be rendered: .helmignore: double-star (**) syntax is not supported",
		"library/Chart.yaml:5: chart cannot be rendered: dependency common is missing in charts/; run `helm dependency build`",
		"nothing/Chart.yaml:1: chart cannot be rendered: validation: chart.metadata.name is required",
		"rendered/templates/x.yaml:5: document does not parse: did not find expected node content",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestChartsNestedWithoutEnd gives a chart a sub-chart in an archive in an
// archive, and so on.
func TestChartsNestedWithoutEnd(t *testing.T) {
	const metadata = "apiVersion: v2\nname: n\nversion: 1.0.0\n"
	inner := archived(t, map[string]string{"n/Chart.yaml": metadata})
	for range maxChartDepth + 1 {
		inner = archived(t, map[string]string{"n/Chart.yaml": metadata, "n/charts/n.tgz": string(inner)})
	}
	fsys := fstest.MapFS{"c/Chart.yaml": {Data: []byte(metadata)}, "c/charts/n.tgz": {Data: inner}}
	got := summary(mustLoad(t, Input{FS: fsys, Paths: []string{"."}}))
	if len(got) != 1 || !strings.HasSuffix(got[0], "charts are nested without end") {
		t.Error(got)
	}
}

// TestChartsSeeNothingElse tries what Helm's functions could reach beyond the
// chart.
func TestChartsSeeNothingElse(t *testing.T) {
	fsys := chartOfTemplates("c", map[string]string{"x.yaml": `apiVersion: v1
kind: Pod
metadata:
  name: a{{ getHostByName "localhost" }}{{ (lookup "v1" "Namespace" "" "default").metadata }}{{ .Files.Get "/etc/hosts" }}{{ .Files.Get "../secret" }}b
`})
	fsys["secret"] = &fstest.MapFile{Data: []byte("secret")}
	got := summary(mustLoad(t, Input{FS: fsys, Paths: []string{"c"}}))
	if diff := cmp.Diff([]string{"c/templates/x.yaml:2 Pod/ab"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestChartStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fsys := chartOfTemplates("c", map[string]string{"x.yaml": policy(`{{ print "x" }}`)})
	r, err := Load(ctx, Input{FS: fsys, Paths: []string{"c"}})
	if err == nil {
		t.Error(fmt.Sprint("no error of a cancelled reading, but ", summary(r)))
	}
}
