package load

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/nplint/nplint/lint/manifest"
)

// charts are the fixtures, and a chart of templates that are hard to mark.
func charts(t *testing.T) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS("../../testdata/helm"), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var data []byte
			data, err = os.ReadFile(path.Join("../../testdata/helm", name))
			fsys[name] = &fstest.MapFile{Data: data}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(fsys, chartOfTemplates("hard", map[string]string{
		"functions.yaml": functionsText, "text.yaml": hardText, "_x.tpl": hardHelpers,
		"bom.yaml": "\xEF\xBB\xBF" + policy("bom"),
	}))
	fsys["hard/values.yaml"] = &fstest.MapFile{Data: []byte(hardValues)}
	fsys["hard/data.txt"] = &fstest.MapFile{Data: []byte("one\ntwo\n")}
	return fsys
}

func chartOfTemplates(name string, templates map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{name + "/Chart.yaml": {Data: []byte("apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n")}}
	for base, text := range templates {
		fsys[name+"/templates/"+base] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

const hardValues = `
text: |
  first: "{{ .Release.Name }}"
  second: {{ include "lines" . | nindent 4 }}
list: [{name: a, port: 1}, {name: b}]
map: {z: 1, a: "true", m: [x, "12"]}
empty: ""
duration: 90m
`

const hardHelpers = `
{{- define "name" -}}x-{{ .Release.Name }}{{ end }}
{{ define "true" }}true{{ end }}
{{ define "empty" }}
{{ end }}
{{- define "lines" -}}
one: {{ include "name" . }}

  # a comment
two: "2"
{{- range .Values.list }}
{{ .name }}: {{ .port | default 80 }}
{{- else }}
none: true
{{- end }}
{{- end -}}
`

// hardText passes texts with marks to everything that may look into them.
const hardText = `{{- $name := include "name" . -}}
{{/* a comment with }} in it */}}a: {{ $name }}
b: {{ include "lines" . | sha256sum | trunc 8 }}
c: {{ if eq (include "name" .) "x-release-name" }}same{{ else }}other{{ end }}
c2: {{ ne $name "y" }} {{ len $name }} {{ lt "a" $name }} {{ ge $name "x" }} {{ eq 1 2 1 }}
d: {{ index (dict "x-release-name" "found") $name }} {{ get (dict $name 1) "x-release-name" }} {{ index .Values.list 1 "name" }}
e: {{ dict $name (include "lines" .) | toYaml | nindent 2 }}
f: {{ list $name (include "true" .) | toJson }}
g: {{ include "true" . | toYaml }} {{ include "true" . | quote }} {{ if include "empty" . | trim }}full{{ else }}empty{{ end }}
h: {{ include "lines" . | fromYaml | toYaml | nindent 2 }}
i: {{- include "lines" . | trim | nindent 2 }}
j: {{ printf "%-20s|%.3s" $name $name }} {{ print $name "-" 1 }} {{ cat $name "y" }} {{ join "," (list $name "y") }}
k: {{ $name | replace "x" "y" }} {{ $name | b64enc | b64dec }} {{ $name | upper }} {{ regexReplaceAll "x-(.*)" $name "$1" }}
l: |
  {{ tpl .Values.text . | indent 2 | trim }}
m: {{ range $i, $x := splitList "-" $name }}{{ if $i }}.{{ end }}{{ $x }}{{ end }}
n: {{ ternary $name "no" (hasPrefix "x-" $name) }} {{ has $name (list "x-release-name") }} {{ $name | empty }}
o: {{ with include "name" . }}{{ . }}{{ end }}
{{ range $k, $v := .Values.map }}
{{ $k }}: {{ toYaml $v | nindent 2 }}
{{ end }}
{{ toYaml .Values.list }}
p: {{ .Values.empty | default $name }}{{ .Values.missing }}
q: {{ 1.5 }} {{ "quoted }}" }} {{ ` + "`raw {{`" + ` }} {{ default "nil" nil }} {{ 'c' }}
{{- block "defined" . }}
r: block
{{- end }}
{{- /* trimmed */ -}}
s: {{ $set := dict }}{{ $_ := set $set "k" (include "lines" .) }}{{ $set.k | nindent 2 }}
t: {{ .Files.Get "data.txt" | nindent 2 }}
{{ (.Files.Glob "*.txt").AsConfig }}
u: {{ include (print $.Template.BasePath "/functions.yaml") . | sha1sum }}
v: {{ range until 3 }}{{ . }}{{ end }}{{ range 2 }}{{ . }}{{ end }}{{ range .Values.list }}{{ if .port }}{{ continue }}{{ end }}{{ break }}{{ end }}
w: {{ .Capabilities.KubeVersion }} {{ .Subcharts }} {{ .Chart.Name }} {{ .Release.Revision }} {{ .Release.IsInstall }}
`

// functionsText calls every function that Helm has beyond those of sprig, and
// those that are made to return the same every time.
const functionsText = `
a: {{ list 1 "b" | toYaml | nindent 2 }}
b: {{ mustToYaml .Values.map | nindent 2 }}
c: {{ toYamlPretty .Values.list | nindent 2 }}
d: {{ fromYaml "a: [1" | toJson }} {{ fromYaml "a: 1" }} {{ fromYamlArray "[1, a]" }} {{ fromYamlArray "{" }}
e: {{ toToml .Values.map | nindent 2 }} {{ mustToToml (dict "a" 1) }} {{ fromToml "a = 1" }} {{ fromToml "a" }}
f: {{ toJson .Values.map }} {{ mustToJson .Values.list }} {{ fromJson "{\"a\": 1}" }} {{ fromJson "{" }} {{ fromJsonArray "[1]" }} {{ fromJsonArray "{" }}
g: {{ mustToDuration .Values.duration }} {{ durationSeconds "90m" }} {{ durationMilliseconds 2 }} {{ durationMicroseconds 2.5 }} {{ durationNanoseconds "1.5" }}
h: {{ durationMinutes "90s" }} {{ durationHours "90m" }} {{ durationDays "36h" }} {{ durationWeeks "84h" }} {{ durationHours "x" }} {{ durationHours nil }}
i: {{ durationRoundTo "95m" "1h" }} {{ durationTruncateTo "95m" "1h" }} {{ durationRoundTo "95m" "x" }} {{ durationRoundTo "x" 1 }}
j: {{ required "needed" .Values.missing }} {{ required "needed" "there" }} {{ fail "stop" }} {{ lookup "v1" "Pod" "" "" }} {{ getHostByName "example.com" }}
k: {{ randAlphaNum 5 }} {{ uuidv4 }} {{ now | date "2006" }} {{ (genCA "x" 1).Cert }} {{ keys .Values.map }} {{ values .Values.map }}
l: {{ htpasswd "a" "b" }} {{ bcrypt "x" }} {{ genPrivateKey "rsa" }} {{ (genSignedCert "x" nil nil 1 (genCA "c" 1)).Key }} {{ shuffle "ab" }} {{ randInt 1 9 }}
m: {{ seq 1 3 }} {{ untilStep 0 6 2 }} {{ repeat 3 "ab" }} {{ html "<" }} {{ urlquery "a b" }} {{ println 1 }} {{ and 1 0 }} {{ or "" "x" }} {{ not 1 }}
n: {{ semverCompare ">=1.20" .Capabilities.KubeVersion.Version }} {{ .Capabilities.APIVersions.Has "networking.k8s.io/v1" }} {{ merge (dict "a" 1) (dict "a" 2 "b" 3) }}
`

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
		c := newRelease(t, charts(t), Chart{Path: dir, Release: releaseName})
		l, err := c.files.load()
		if err != nil {
			t.Fatal(err)
		}
		data, err := c.values(l)
		if err != nil {
			t.Fatal(err)
		}
		helm := engine.Engine{LintMode: true, CustomTemplateFuncs: maps.Clone(fixed)}
		for _, name := range []string{"required", "fail"} { // which log to standard error
			helm.CustomTemplateFuncs[name] = unlinked[name]
		}
		want, err := helm.Render(l.Chart, data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, c.rendered); diff != "" {
			t.Errorf("%s: Helm (-) and nplint (+):\n%s", dir, diff)
		}
	}
}

func TestMarkedRenderingEqualsPlain(t *testing.T) {
	for _, dir := range []string{"shop", "old", "hard"} {
		c := newRelease(t, charts(t), Chart{Path: dir, Release: releaseName})
		marked, err := c.render(newMarks())
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range marked {
			if diff := cmp.Diff(c.rendered[name], stripMarks(text)); diff != "" {
				t.Errorf("%s: plain (-) and marked (+):\n%s", name, diff)
			}
		}
		for name, lines := range c.follow() {
			for i, line := range lines {
				if line.indent >= 0 && len(line.all) == 0 {
					t.Errorf("%s: nobody wrote line %d", name, i+1)
				}
			}
		}
	}
}

// line writes a place as file:line: text.
func line(s manifest.Span) string {
	return fmt.Sprintf("%s:%d: %s", s.File.Name, s.File.Position(s.Start).Line, s.Text())
}

func TestChartPlaces(t *testing.T) {
	objects := map[string]*manifest.Object{}
	for _, b := range mustLoad(t, Input{FS: charts(t), Paths: []string{"."}}).Bundles {
		for _, o := range b.Objects {
			if isPolicy(o.ID.Kind) {
				objects[o.ID.Name] = o
			}
		}
	}
	spec := manifest.Field("spec")
	peer := func(i int) manifest.Path { return spec.Key("ingress").Item(i).Key("from").Item(0) }
	tests := []struct {
		object    string
		path      manifest.Path
		precision manifest.Precision
		want      string
		via       []string
	}{
		{"release-name-shop-web", manifest.Field("metadata", "name"), manifest.Exact,
			`shop/templates/policy.yaml:5: name: {{ include "shop.fullname" . }}-web`, nil},
		{"release-name-shop-web", manifest.Field("metadata", "labels", "tier"), manifest.Exact,
			`shop/templates/policy.yaml:8: tier: front`, nil},
		{"release-name-shop-web", manifest.Field("metadata", "labels", "app.kubernetes.io/name"), manifest.Near,
			`shop/templates/policy.yaml:7: {{- include "shop.labels" . | nindent 4 }}`, []string{
				`shop/templates/_helpers.tpl:10: {{ include "parts.labels" . }}`,
				`shop/charts/parts/templates/_labels.tpl:3: app.kubernetes.io/name: {{ .Chart.Name }}`}},
		{"release-name-shop-web", manifest.Field("spec", "podSelector", "matchLabels", "shop"), manifest.Exact,
			`shop/templates/_helpers.tpl:18: shop: {{ include "shop.fullname" . }}`, []string{
				`shop/templates/policy.yaml:11: {{- include "shop.selector" . | trim | nindent 4 }}`}},
		{"release-name-shop-web", peer(1).Key("podSelector").Key("matchLabels").Key("app"), manifest.Exact,
			`shop/templates/policy.yaml:18: app: {{ $peer.name }}`, nil},
		{"release-name-shop-web", spec.Key("ingress").Item(1).Key("ports").Item(0), manifest.Exact,
			`shop/templates/policy.yaml:20: - port: {{ $peer.port }}`, nil},
		{"release-name-shop-web", peer(2).Key("namespaceSelector"), manifest.Near,
			`shop/templates/policy.yaml:22: {{- tpl .Values.web.policy.text . | nindent 4 }}`, []string{
				`shop/values.yaml:21: text: |`}},
		{"release-name-shop-web", spec.Key("egress").Item(0).Key("to").Item(0).Key("ipBlock").Key("cidr"), manifest.Near,
			`shop/templates/policy.yaml:24: {{- toYaml .Values.web.policy.egress | nindent 4 }}`, []string{
				`shop/values.yaml:17: cidr: 10.0.0.0/8`}},
		{"release-name-shop-web", spec.Key("egress").Item(0).Key("ports").Item(0).Key("endPort"), manifest.Near,
			`shop/templates/policy.yaml:24: {{- toYaml .Values.web.policy.egress | nindent 4 }}`, []string{
				`shop/values.yaml:14: egress:`}},
		{"release-name-deny", manifest.Field("kind"), manifest.Near,
			`shop/templates/policy.yaml:27: {{ include "parts.denyAll" . }}`, []string{
				`shop/charts/parts/templates/_labels.tpl:12: kind: NetworkPolicy`}},
		{"release-name-db", spec.Key("ingress").Item(0).Key("ports").Item(0).Key("port"), manifest.Exact,
			`shop/charts/db/templates/policy.yaml:18: port: {{ .Values.port }}`, []string{`shop/values.yaml:30: port: 6432`}},
		{"release-name-cache", spec.Key("ingress").Item(0).Key("ports").Item(0).Key("port"), manifest.Exact,
			`shop/charts/db/templates/policy.yaml:18: port: {{ .Values.port }}`, []string{`shop/charts/db/values.yaml:1: port: 5432`}},
		{"from-parent", manifest.Field("metadata", "name"), manifest.Exact,
			`old/charts/sub/templates/policy.yml:4: name: {{ .Values.name }}`, []string{`old/values.yaml:2: name: from-parent`}},
		{"b", manifest.Field("spec", "podSelector", "matchLabels"), manifest.Exact,
			`old/templates/policies.yaml:9: matchLabels: {app: {{ $name }}}`, nil},
		{"bom", manifest.Field("spec", "podSelector"), manifest.Exact,
			`hard/templates/bom.yaml:4: podSelector: {}}`, nil},
	}
	for _, test := range tests {
		t.Run(test.object+" "+test.path.String(), func(t *testing.T) {
			at := objects[test.object].At(test.path)
			var via []string
			for _, span := range at.Via {
				via = append(via, line(span))
			}
			if got := line(at.Span); got != test.want || at.Precision != test.precision {
				t.Errorf("%s %s, want %s %s", at.Precision, got, test.precision, test.want)
			}
			if diff := cmp.Diff(test.via, via); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChartFields asks for the place of every field of every policy: the line,
// or one that led there, must hold its key or its value.
func TestChartFields(t *testing.T) {
	fields, exact := 0, 0
	for _, b := range mustLoad(t, Input{FS: charts(t), Paths: []string{"."}}).Bundles {
		for _, o := range b.Objects {
			if !isPolicy(o.ID.Kind) {
				continue
			}
			eachField(o.Value, nil, func(p manifest.Path, v manifest.Value) {
				at := o.At(p)
				fields++
				if at.Precision == manifest.Exact {
					exact++
				}
				key := p[len(p)-1].Key
				for _, span := range append([]manifest.Span{at.Span}, at.Via...) {
					text := span.File.Line(span.File.Position(span.Start).Line)
					if key != "" && strings.Contains(text, key) || key == "" && (v.Kind() > manifest.String || strings.Contains(text, v.Text())) ||
						strings.Contains(text, "toYaml") || strings.Contains(text, "tpl") {
						return
					}
				}
				t.Errorf("%s %s is placed at %s", o.ID.Name, p, line(at.Span))
			})
		}
	}
	if fields < 100 || exact*100 < fields*70 {
		t.Errorf("%d of %d fields are placed exactly", exact, fields)
	}
}

func eachField(v manifest.Value, at manifest.Path, f func(manifest.Path, manifest.Value)) {
	if len(at) > 0 {
		f(at, v)
	}
	for _, key := range v.Keys() {
		eachField(v.Get(key), at.Key(key), f)
	}
	for i, item := range v.Items() {
		eachField(item, at.Item(i), f)
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

// archived returns a chart as `helm package` writes it.
func archived(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	tarred := tar.NewWriter(zipped)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := tarred.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tarred.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := tarred.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
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
