package load

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"testing"
	"testing/fstest"
)

// charts are the fixtures, and a chart of templates that are hard to mark.
func charts(t *testing.T) fs.FS {
	t.Helper()
	fsys := filesOf(t, "../../testdata/helm")
	maps.Copy(fsys, chartOfTemplates("hard", map[string]string{
		"functions.yaml": functionsText, "text.yaml": hardText, "_x.tpl": hardHelpers,
		"bom.yaml": "\xEF\xBB\xBF" + policy("bom"),
	}))
	fsys["hard/values.yaml"] = &fstest.MapFile{Data: []byte(hardValues)}
	fsys["hard/data.txt"] = &fstest.MapFile{Data: []byte("one\ntwo\n")}
	return fsys
}

// filesOf returns the files below a folder.
func filesOf(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var data []byte
			data, err = os.ReadFile(path.Join(dir, name))
			fsys[name] = &fstest.MapFile{Data: data}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
