package fix

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

const pods = `---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
`

func bundles(t *testing.T, text string) []*manifest.Bundle {
	t.Helper()
	r, err := load.Load(context.Background(), load.Input{FS: fstest.MapFS{"f.yaml": {Data: []byte(text)}}, Dir: ".", Paths: []string{"f.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Bundles
}

// TestEffect computes classes with workloads in the input and, for what only
// pods elsewhere would feel, without.
func TestEffect(t *testing.T) {
	tests := []struct {
		name, spec string
		ops        []lint.Op
		want       Class
	}{
		{"write out what holds anyway", "podSelector: {}", []lint.Op{{Kind: lint.Set, Path: types, Value: []any{"Ingress"}}}, Safe},
		{"isolate for egress too", "podSelector: {}", []lint.Op{{Kind: lint.Set, Path: types, Value: []any{"Ingress", "Egress"}}}, Tighten},
		{"isolate for egress instead", "{podSelector: {}, egress: []}", []lint.Op{{Kind: lint.Set, Path: types, Value: []any{"Egress"}}}, Widen},
		{"admit a peer", "{podSelector: {}, ingress: []}", []lint.Op{{Kind: lint.Insert, Path: spec.Key("ingress"), Value: map[string]any{"from": []any{peer}}}}, Widen},
		{"remove a peer that another one holds", "{podSelector: {}, ingress: [{from: [{podSelector: {}}, {podSelector: {matchLabels: {app: web}}}]}]}",
			[]lint.Op{{Kind: lint.Remove, Path: spec.Key("ingress").Item(0).Key("from").Item(1)}}, Safe},
		{"remove a peer that nobody in the input is", "{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}, {podSelector: {matchLabels: {app: gone}}}]}]}",
			[]lint.Op{{Kind: lint.Remove, Path: spec.Key("ingress").Item(0).Key("from").Item(1)}}, Tighten},
		{"narrow a peer of other namespaces", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}",
			[]lint.Op{{Kind: lint.Set, Path: spec.Key("ingress").Item(0).Key("from").Item(0).Key("podSelector"), Value: map[string]any{"matchLabels": map[string]any{"app": "a"}}}}, Tighten},
		{"a spelling that the API server refuses", "{podSelector: {}, ingress: [{ports: [{protocol: tcp, port: 80}]}]}",
			[]lint.Op{{Kind: lint.Set, Path: spec.Key("ingress").Item(0).Key("ports").Item(0).Key("protocol"), Value: "TCP"}}, Safe},
		{"another port", "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}",
			[]lint.Op{{Kind: lint.Set, Path: spec.Key("ingress").Item(0).Key("ports").Item(0).Key("port"), Value: 8080}}, Widen},
		{"a named port less", "{podSelector: {}, ingress: [{ports: [{port: 80}, {port: http}]}]}",
			[]lint.Op{{Kind: lint.Remove, Path: spec.Key("ingress").Item(0).Key("ports").Item(1)}}, Tighten},
		{"another namespace", "podSelector: {}", []lint.Op{{Kind: lint.Set, Path: manifest.Field("metadata", "namespace"), Value: "other"}}, Widen},
		{"another subject", "{podSelector: {matchLabels: {app: web}}}",
			[]lint.Op{{Kind: lint.Set, Path: spec.Key("podSelector").Key("matchLabels").Key("app"), Value: "db"}}, Widen},
	}
	for _, test := range tests {
		for _, others := range []string{"", pods} {
			text := head + "spec: {" + test.spec + "}\n" + others
			if test.spec[0] == '{' {
				text = head + "spec: " + test.spec + "\n" + others
			}
			b := bundles(t, text)
			for i := range test.ops {
				test.ops[i].Object = b[0].Objects[0]
			}
			change, err := Plan(lint.Fix{Ops: test.ops})
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			e, err := NewWorld(b, lint.DefaultOptions()).Effect(context.Background(), change)
			if err != nil || e.Class != test.want {
				t.Errorf("%s, %d objects: got %s, %v, want %s: %v", test.name, len(b[0].Objects), e.Class, err, test.want, e.Differences)
			}
		}
	}
}

// TestCumulative judges a change by what it does after another one: of two rules
// that make each other redundant, one may go.
func TestCumulative(t *testing.T) {
	ctx := context.Background()
	policy := func(name string) string {
		return "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + name + ", namespace: shop}\n" +
			"spec:\n  podSelector: {}\n  ingress:\n  - from: [{podSelector: {}}]\n"
	}
	b := bundles(t, policy("a")+policy("b")+pods)
	w := NewWorld(b, lint.DefaultOptions())
	var classes []Class
	for _, o := range b[0].Objects[:2] {
		change, err := Plan(lint.Fix{Ops: []lint.Op{{Object: o, Kind: lint.Remove, Path: spec.Key("ingress").Item(0)}}})
		if err != nil {
			t.Fatal(err)
		}
		e, err := w.Effect(ctx, change)
		if err != nil {
			t.Fatal(err)
		}
		classes = append(classes, e.Class)
		if err := w.Accept(ctx, change); err != nil {
			t.Fatal(err)
		}
		if err := w.Accept(ctx, change); err == nil {
			t.Error("a text is changed twice")
		}
	}
	if classes[0] != Safe || classes[1] != Tighten {
		t.Errorf("classes %v", classes)
	}
	if files := w.Files(); len(files) != 1 || len(files[0].Old)-len(files[0].New) == 0 {
		t.Errorf("files %v", files)
	}
}

// TestUnmodelled never calls a fix safe whose policy the engine does not
// evaluate.
func TestUnmodelled(t *testing.T) {
	text := "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspec: {endpointSelector: {}}\n" + pods
	b := bundles(t, text)
	o := b[0].Objects[0]
	if !unmodelled(o) {
		t.Fatal("CiliumNetworkPolicy is evaluated: this test needs a kind that is not")
	}
	change, err := Plan(lint.Fix{Ops: []lint.Op{{Object: o, Kind: lint.Set, Path: spec.Key("endpointSelector").Key("x"), Value: "y"}}})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := NewWorld(b, lint.DefaultOptions()).Effect(context.Background(), change); err != nil || e.Class != Widen {
		t.Errorf("%s, %v", e.Class, err)
	}
}

func TestNewFile(t *testing.T) {
	ctx := context.Background()
	file := &lint.NewFile{Name: "deny.yaml", Data: []byte("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}}\n")}
	change, err := Plan(lint.Fix{NewFile: file})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(bundles(t, pods), lint.DefaultOptions())
	if e, err := w.Effect(ctx, change); err != nil || e.Class != Tighten {
		t.Errorf("%s, %v", e.Class, err)
	}
	if err := w.Accept(ctx, change); err != nil || len(w.Files()) != 1 || w.Files()[0].Old != nil {
		t.Errorf("%v, %v", w.Files(), err)
	}
	file.Name = "elsewhere/deny.yaml"
	if _, err := NewWorld(bundles(t, pods), lint.DefaultOptions()).Effect(ctx, change); err != ErrNotRead {
		t.Errorf("got %v", err)
	}
	// Where files are alternatives, one more would be another one.
	file.Name = "deny.yaml"
	alternative := bundles(t, pods)
	alternative[0].Name = "f.yaml"
	if _, err := NewWorld(alternative, lint.DefaultOptions()).Effect(ctx, change); err != ErrNotRead {
		t.Errorf("got %v", err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.yaml")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.yaml")
	if err := os.Symlink("a.yaml", link); err != nil {
		t.Fatal(err)
	}
	// Whoever reads meanwhile holds the old text, whole.
	open, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if err := Write(link, []byte("new text")); err != nil {
		t.Fatal(err)
	}
	old := make([]byte, 10)
	if n, _ := open.Read(old); string(old[:n]) != "old" {
		t.Errorf("the open file holds %q", old[:n])
	}
	data, err := os.ReadFile(name)
	if err != nil || string(data) != "new text" {
		t.Errorf("%q, %v", data, err)
	}
	if info, err := os.Lstat(name); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
	if err := Write(filepath.Join(dir, "gone", "a.yaml"), nil); err == nil {
		t.Error("a file in no folder is written")
	}
}
