package rules

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
)

func lintDNS(t *testing.T, rule *lint.Rule, options *lint.Options) []lint.Diagnostic {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "rules", rule.Name, "bad.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	result, err := load.Load(context.Background(), load.Input{Stdin: data})
	if err != nil {
		t.Fatal(err)
	}
	bundle := result.Bundles[0]
	diagnostics, err := lint.Run(context.Background(), []*lint.Rule{rule}, bundle, graph.New(bundle.Objects), options)
	if err != nil {
		t.Fatal(err)
	}
	return lint.Merge(diagnostics)
}

func TestDNSProvided(t *testing.T) {
	options := lint.DefaultOptions()
	options.DNSProvided = true
	for _, rule := range []*lint.Rule{egressMissingDNS, dnsProtocolIncomplete} {
		for _, d := range lintDNS(t, rule, options) {
			t.Errorf("reported although somebody else provides for DNS: %s", d.Message)
		}
	}
}

// TestMissingDNSFolds checks that the pods of a namespace give one finding,
// which names the other policies and mends them all.
func TestMissingDNSFolds(t *testing.T) {
	d := lintDNS(t, egressMissingDNS, lint.DefaultOptions())[0]
	if len(d.Related) != 1 || d.Related[0].Object.ID.Name != "web" || d.Related[0].Path.String() != "spec.egress" {
		t.Errorf("related places: %+v, want the egress of shop/web", d.Related)
	}
	if len(d.Fixes) != 1 || len(d.Fixes[0].Ops) != 2 {
		t.Errorf("fixes: %+v, want one for both policies", d.Fixes)
	}
}

func TestDNSProtocolFolds(t *testing.T) {
	d := lintDNS(t, dnsProtocolIncomplete, lint.DefaultOptions())[0]
	if len(d.Related) != 1 || d.Related[0].Path.String() != "spec.egress[1].ports[0]" {
		t.Errorf("related places: %+v, want the second entry", d.Related)
	}
	if len(d.Fixes) != 1 || len(d.Fixes[0].Ops) != 2 || d.Fixes[0].Ops[1].Path.String() != "spec.egress[1].ports" {
		t.Errorf("fixes: %+v, want one for both entries", d.Fixes)
	}
}

func TestHostOf(t *testing.T) {
	for value, want := range map[string]string{
		"http://cart:8080/x": "cart", "cart:80": "cart", "cart": "cart", "amqp://u:p@mq.shop.svc:5672/": "mq.shop.svc",
		"": "", "a/b": "a", "//": "",
	} {
		if got := hostOf(value); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", value, got, want)
		}
	}
}
