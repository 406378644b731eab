package config

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	got, err := Parse("x", []byte(`
version: 1
preset: strict
fail-on: error
rules: {dangling-peer: info, egress-missing-dns: "off"}
bundles:
- name: prod
  paths: [overlays/prod, common]
  charts:
  - {path: charts/web, values: [prod.yaml], namespace: shop, release: web}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Version: 1, Preset: "strict", FailOn: "error",
		Rules: map[string]string{"dangling-peer": "info", "egress-missing-dns": "off"},
		Bundles: []Bundle{{Name: "prod", Paths: []string{"overlays/prod", "common"}, Charts: []Chart{
			{Path: "charts/web", Values: []string{"prod.yaml"}, Namespace: "shop", Release: "web"},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "x: version is 0; write version: 1"},
		{"version: 2", "x: version is 2; write version: 1"},
		{"version: 1\npresett: all", `x:2: unknown key "presett"; did you mean "preset"?`},
		{"version: 1\nbundles:\n- nam: a", `x:3: unknown key "nam"; did you mean "name"?`},
		{"version: 1\nbundles:\n- whatever: a", `x:3: unknown key "whatever"; use one of name, paths, charts`},
		{"version: 1\nselect: a: b", "x:2: mapping values are not allowed in this context"},
		{"version: 1\nexclude: {}", "x:2: cannot unmarshal !!map into []string"},
		{"version: 1\npreset: lax", `x: preset: unknown preset "lax"`},
		{"version: 1\ncni: celium", `x: cni: unknown plugin "celium"`},
		{"version: 1\nfail-on: never", `x: fail-on: unknown severity "never"`},
		{"version: 1\nrules: {a: loud}", `x: rules.a: unknown severity "loud": use error, warning or info, or off`},
		{"version: 1\nbundles: [{paths: [a]}]", "x: bundles[0] has no name"},
		{"version: 1\nbundles: [{name: a}]", `x: bundle "a" has neither paths nor charts`},
		{"version: 1\nbundles: [{name: a, paths: [a]}, {name: a, paths: [b]}]", `x: bundles[1]: there is another bundle "a"`},
		{"version: 1\nbundles: [{name: a, charts: [{values: [v]}]}]", `x: a chart of bundle "a" has no path`},
	}
	for _, test := range tests {
		_, err := Parse("x", []byte(test.text))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %s", test.text, err, test.want)
		}
	}
}

func TestFind(t *testing.T) {
	fsys := fstest.MapFS{
		"home/.nplint.yaml":             {},
		"home/repo/.git/HEAD":           {},
		"home/repo/a/.nplint.yaml":      {},
		"home/repo/a/b/c/manifest.yaml": {},
	}
	for dir, want := range map[string]string{
		"home/repo/a/b/c": "home/repo/a/.nplint.yaml",
		"home/repo":       "", // not beyond the repository
		"home":            "home/.nplint.yaml",
		".":               "",
	} {
		if got := Find(fsys, dir); got != want {
			t.Errorf("%s: got %q, want %q", dir, got, want)
		}
	}
}
