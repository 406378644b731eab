package load

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/manifest"
)

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

// TestChartPlacesAtOnce is for the race detector: rules run side by side.
func TestChartPlacesAtOnce(t *testing.T) {
	for _, b := range mustLoad(t, Input{FS: charts(t), Paths: []string{"shop"}}).Bundles {
		places := make([]string, 8)
		var wg sync.WaitGroup
		for i := range places {
			wg.Go(func() {
				for _, o := range b.Objects {
					places[i] += line(o.At(manifest.Field("metadata", "name")).Span) + o.File().Name
				}
			})
		}
		wg.Wait()
		for _, place := range places {
			if place != places[0] {
				t.Errorf("%s and %s", place, places[0])
			}
		}
	}
}

func eachField(v manifest.Value, at manifest.Path, f func(manifest.Path, manifest.Value)) {
	if len(at) > 0 {
		f(at, v)
	}
	for _, e := range v.Members() {
		eachField(e.Value, at.Key(e.Key), f)
	}
	for i, item := range v.Items() {
		eachField(item, at.Item(i), f)
	}
}
