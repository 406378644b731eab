package load

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/manifest"
)

const renderedText = `---
# Source: shop/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: r-shop-web
  labels:
    tier: front # the shop's own
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: gateway
      ports:
        - port: 8080
---
# Source: shop/charts/cache/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cache
spec: {podSelector: {}}
---
# Source: gone/templates/policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: gone}
---
# Source: shop/templates/gone.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-such-template}
`

func TestRenderedTextLeadsToTemplates(t *testing.T) {
	want := map[string][]string{
		"r-shop-web": {
			`near CHART/templates/policy.yaml:3: kind: NetworkPolicy`,
			`near CHART/templates/policy.yaml:8: tier: front`,
			`near CHART/templates/policy.yaml:10: podSelector:`,
			`near CHART/templates/policy.yaml:20: port: {{ $peer.port }}`,
		},
		"cache": {
			`near CHART/charts/db/templates/policy.yaml:2: kind: NetworkPolicy`,
			`near CHART/charts/db/templates/policy.yaml:3: metadata:`,
			`near CHART/charts/db/templates/policy.yaml:7: podSelector:`,
			`near CHART/charts/db/templates/policy.yaml:18: port: {{ .Values.port }}`,
		},
		"gone": {`exact RENDERED:29: kind: NetworkPolicy`, "", "", ""}, "no-such-template": {`exact RENDERED:34: kind: NetworkPolicy`, "", "", ""},
	}
	paths := []manifest.Path{
		manifest.Field("kind"), manifest.Field("metadata", "labels", "tier"), manifest.Field("spec", "podSelector"),
		manifest.Field("spec", "ingress").Item(1).Key("ports").Item(0).Key("port"),
	}
	for _, test := range []struct {
		name, chart, rendered string
		in                    Input
	}{
		{"file beside the chart", "shop", "out.yaml", Input{Paths: []string{"out.yaml"}}},
		{"file in the chart's folder", "shop", "shop/out.yaml", Input{Paths: []string{"shop/out.yaml"}}},
		{"standard input in the folder of the chart", "charts/shop", "<stdin>", Input{Stdin: []byte(renderedText)}},
		{"file elsewhere, chart among the input", "deep/down/shop", "out/out.yaml", Input{Paths: []string{"out", "deep"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, file := range charts(t).(fstest.MapFS) {
				if rest, ok := strings.CutPrefix(name, "shop/"); ok {
					fsys[test.chart+"/"+rest] = file
				}
			}
			if test.in.Stdin == nil {
				fsys[test.rendered] = &fstest.MapFile{Data: []byte(renderedText)}
			}
			test.in.FS, test.in.Dir = fsys, "."
			seen := map[string]bool{}
			for _, b := range mustLoad(t, test.in).Bundles {
				for _, o := range b.Objects {
					lines, known := want[o.ID.Name]
					if !known {
						continue // of the chart itself
					}
					seen[o.ID.Name] = true
					for i, p := range paths {
						at := o.At(p)
						got := at.Precision.String() + " " + line(at.Span)
						if lines[i] == "" {
							continue
						}
						if diff := cmp.Diff(strings.NewReplacer("CHART", test.chart, "RENDERED", test.rendered).Replace(lines[i]), got); diff != "" {
							t.Errorf("%s %s: %s", o.ID.Name, p, diff)
						}
						if at.Span.File.Name != test.rendered && at.Via[0].File.Name != test.rendered {
							t.Errorf("%s %s: via %v", o.ID.Name, p, at.Via)
						}
					}
				}
			}
			if len(seen) != len(want) {
				t.Errorf("only %v are read", seen)
			}
		})
	}
}
