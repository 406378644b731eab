package config

import (
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nplint/nplint/lint"
)

// full uses every key.
const full = `
version: 1
preset: strict
select: [dns]
ignore-rules: [and-or-confusion]
rules: {dangling-peer: info, egress-missing-dns: off}
fail-on: error
exclude: ["tests/**"]
namespace: shop
complete: true
cni: calico@3.29
bundles:
- name: prod
  paths: [overlays/prod, common]
  charts:
  - {path: charts/web, values: [prod.yaml], namespace: shop, release: web}
assume:
  policies: partial
  podCIDRs: [10.1.0.0/16]
  serviceCIDRs: [10.2.0.1/16]
  dns:
    peers: [{namespace: dns, labels: {app: dns}}, {cidr: 10.2.0.10/32}]
    ports: [53]
    provided: true
  systemNamespaces: [infra]
  ingressControllers: []
  operatorLabels: ["example.com/*"]
  sensitivePorts: [5432]
workloadKinds: [{group: agents.x-k8s.io, kind: Sandbox, template: spec.podTemplate}]
rego: {dirs: [policy], timeout: 5s, config: {owner: {labels: [team]}}}
ignore:
- rules: [dangling-policy]
  objects: ["NetworkPolicy/shop/*"]
  files: ["charts/**"]
  reason: upstream
  until: 2026-12-31
baseline: .nplint-baseline.json
`

func TestParse(t *testing.T) {
	c, err := Parse("x", []byte(full))
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Version: 1, Preset: "strict", FailOn: "error", Select: []string{"dns"}, IgnoreRules: []string{"and-or-confusion"},
		Rules:   map[string]string{"dangling-peer": "info", "egress-missing-dns": "off"},
		Exclude: []string{"../tests/**"}, Namespace: "shop", Complete: true, CNI: "calico@3.29",
		Bundles: []Bundle{{Name: "prod", Paths: []string{"../overlays/prod", "../common"}, Charts: []Chart{
			{Path: "../charts/web", Values: []string{"../prod.yaml"}, Namespace: "shop", Release: "web"},
		}}},
		Assume: Assume{
			Policies: "partial",
			PodCIDRs: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}, ServiceCIDRs: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")},
			DNS: DNS{Ports: []int{53}, Provided: true, Peers: []DNSPeer{
				{Namespace: "dns", Labels: map[string]string{"app": "dns"}}, {CIDR: netip.MustParsePrefix("10.2.0.10/32")},
			}},
			SystemNamespaces: []string{"infra"}, IngressControllers: []string{}, OperatorLabels: []string{"example.com/*"}, SensitivePorts: []int{5432},
		},
		WorkloadKinds: []WorkloadKind{{Group: "agents.x-k8s.io", Kind: "Sandbox", Template: "spec.podTemplate"}},
		Rego: Rego{Dirs: []string{"../policy"}, Timeout: 5 * time.Second, Config: map[string]any{
			"owner": map[string]any{"labels": []any{"team"}},
		}},
		Ignore: []Ignore{{
			Rules: []string{"dangling-policy"}, Objects: []string{"NetworkPolicy/shop/*"}, Files: []string{"../charts/**"},
			Reason: "upstream", Until: "2026-12-31", Line: 32,
		}},
		Baseline: "../.nplint-baseline.json",
	}
	if diff := cmp.Diff(want, c.In(".."), cmpopts.IgnoreUnexported(Config{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	o := c.Options()
	got := *lint.DefaultOptions()
	got.Preset, got.Complete, got.CNI, got.PartialPolicies = lint.Strict, true, "calico", true
	got.CNIVersion = lint.Version{Major: 3, Minor: 29}
	got.Severities = map[string]lint.Severity{"dangling-peer": lint.Info}
	got.RegoTimeout, got.RegoConfig = 5*time.Second, c.Rego.Config
	got.PodCIDRs, got.ServiceCIDRs = c.Assume.PodCIDRs, c.Assume.ServiceCIDRs
	got.DNSPeers = []lint.DNSPeer{
		{Namespace: "dns", Labels: map[string]string{"app": "dns"}}, {CIDR: netip.MustParsePrefix("10.2.0.10/32")},
	}
	got.DNSPorts, got.DNSProvided, got.SensitivePorts = []int{53}, true, []int{5432}
	got.SystemNamespaces, got.IngressControllers, got.OperatorLabels = []string{"infra"}, []string{}, []string{"example.com/*"}
	if diff := cmp.Diff(&got, o, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"egress-missing-dns"}, c.Off()); diff != "" {
		t.Error(diff)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", "x:1: there is no version; write version: 1"},
		{"version: 2", `x:1: "2" is not supported here; write 1`},
		{"- a", "x:1: expected a map, got a list"},
		{"version: 1\npresett: all", `x:2: unknown key "presett"; did you mean "preset"?`},
		{"version: 1\nversion: 1", `x:2: key "version" stands on line 1 already`},
		{"version: 1\nbundles:\n- nam: a", `x:3: unknown key "nam"; did you mean "name"?`},
		{"version: 1\nbundles:\n- whatever: a", `x:3: unknown key "whatever"; use one of name, paths, charts`},
		{"version: 1\nselect: a: b", "x:2: mapping values are not allowed in this context"},
		{"version: 1\nexclude: {}", "x:2: expected a list, got a map"},
		{"version: 1\ncomplete: maybe", `x:2: "maybe" is neither true nor false`},
		{"version: 1\npreset: lax", `x:2: preset: unknown preset "lax"`},
		{"version: 1\ncni: celium", `x:2: cni: unknown plugin "celium"`},
		{"version: 1\nfail-on: never", `x:2: fail-on: unknown severity "never"`},
		{"version: 1\nrules: {a: loud}", `x:2: rules.a: unknown severity "loud": use error, warning or info, or off`},
		{"version: 1\nbundles: [{paths: [a]}]", "x:2: bundles[0] has no name"},
		{"version: 1\nbundles: [{name: a}]", `x:2: bundle "a" has neither paths nor charts`},
		{"version: 1\nbundles:\n- {name: a, paths: [a]}\n- {name: a, paths: [b]}", `x:4: bundles[1]: there is another bundle "a"`},
		{"version: 1\nbundles: [{name: a, charts: [{values: [v]}]}]", `x:2: a chart has no path`},
		{"version: 1\nassume: {policies: some}", `x:2: assume.policies is "some"; use complete or partial`},
		{"version: 1\nassume: {podCIDRs: [10.0.0.0]}", `x:2: "10.0.0.0" is no range of addresses`},
		{"version: 1\nassume:\n  sensitivePorts: [70000]", `x:3: "70000" is not a number from 1 to 65535`},
		{"version: 1\nassume:\n  dns: {peers: [{namespace: a, cidr: 10.0.0.0/8}]}", "x:3: a DNS peer is either"},
		{"version: 1\nworkloadKinds: [{kind: A}]", "x:2: a workload kind needs a kind and a group"},
		{"version: 1\nworkloadKinds: [{kind: A, group: b, template: 'spec[0]'}]", `x:2: template is "spec[0]"`},
		{"version: 1\nrego: {timeout: soon}", `x:2: rego.timeout is "soon"`},
		{"version: 1\nignore: [{rules: [a], objects: [NetworkPolicy/a/b]}]", "x:2: an entry of ignore has no reason"},
		{"version: 1\nignore: [{rules: [a], reason: b}]", "x:2: an entry of ignore names neither objects nor files"},
		{"version: 1\nignore: [{objects: ['a/b/c'], reason: b}]", "x:2: an entry of ignore names no rules"},
		{"version: 1\nignore: [{rules: [a], objects: [web], reason: b}]", `x:2: "web" does not name objects`},
		{"version: 1\nignore: [{rules: [a], files: ['['], reason: b}]", `x:2: "[" is no pattern`},
		{"version: 1\nignore: [{rules: [a], files: [b], reason: c, until: 2026-02-30}]", `x:2: until is "2026-02-30"`},
	}
	for _, test := range tests {
		_, err := Parse("x", []byte(test.text))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %s", test.text, err, test.want)
		}
	}
}

// TestAllMistakes are told at once, and a key without a value is as good as
// none.
func TestAllMistakes(t *testing.T) {
	_, err := Parse("x", []byte("version: 1\nselect:\npreset: lax\nnamspace: a"))
	want := "x:3: preset: unknown preset \"lax\": use recommended, strict or all\nx:4: unknown key \"namspace\"; did you mean \"namespace\"?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCheckRules(t *testing.T) {
	known := []*lint.Rule{{Name: "dangling-peer"}, {Name: "dangling-policy"}}
	c, err := Parse("x", []byte("version: 1\nselect:\n- dns\n- dangling-pier\nrules: {dns: info}\nignore: [{rules: [dangling-polcy], files: [a], reason: b}]"))
	if err != nil {
		t.Fatal(err)
	}
	want := "x:4: unknown rule or tag \"dangling-pier\"; did you mean \"dangling-peer\"?; `nplint rules` lists them\n" +
		"x:5: unknown rule \"dns\"; `nplint rules` lists them\n" +
		"x:6: unknown rule \"dangling-polcy\"; did you mean \"dangling-policy\"?; `nplint rules` lists them"
	if err := c.CheckRules(known); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
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
