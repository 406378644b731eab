package fix

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

const head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"

// objectIn returns the first object of a file.
func objectIn(t *testing.T, text string) *manifest.Object {
	t.Helper()
	fsys := fstest.MapFS{"f.yaml": {Data: []byte(text)}}
	r, err := load.Load(context.Background(), load.Input{FS: fsys, Dir: ".", Paths: []string{"f.yaml"}})
	if err != nil || len(r.Bundles[0].Objects) == 0 {
		t.Fatalf("%v: no object in %s", err, text)
	}
	return r.Bundles[0].Objects[0]
}

var (
	spec  = manifest.Field("spec")
	types = spec.Key("policyTypes")
	peer  = map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"app": "a"}}}
	rule  = map[string]any{"to": []any{peer}, "ports": []any{map[string]any{"protocol": "UDP", "port": 53}}}
)

func TestPlan(t *testing.T) {
	op := func(kind lint.OpKind, path manifest.Path, value any) []lint.Op {
		return []lint.Op{{Kind: kind, Path: path, Value: value}}
	}
	tests := []struct {
		name, text string
		ops        []lint.Op
		want       string
	}{
		{"set a scalar", "spec:\n  podSelector: {} # all\n  a: b   # why\n", op(lint.Set, spec.Key("a"), "c"), "spec:\n  podSelector: {} # all\n  a: c   # why\n"},
		{"set a text that needs quotes", "spec: {a: b}\n", op(lint.Set, spec.Key("a"), "yes"), "spec: {a: \"yes\"}\n"},
		{"add a key", "spec:\n  podSelector: {} # all\n\n# end\n", op(lint.Set, types, []any{"Egress"}), "spec:\n  podSelector: {} # all\n  policyTypes:\n  - Egress\n\n# end\n"},
		{"add a key in the list's style", "spec:\n    egress:\n      - to: []\n", op(lint.Set, types, []any{"Egress"}),
			"spec:\n    egress:\n      - to: []\n    policyTypes:\n      - Egress\n"},
		{"add a key to a flow map", "spec: {podSelector: {}}\n", op(lint.Set, types, []any{"Egress"}), "spec: {podSelector: {}, policyTypes: [Egress]}\n"},
		{"add a key to an empty map", "spec: {}\n", op(lint.Set, types, []any{"Egress"}), "spec: {policyTypes: [Egress]}\n"},
		{"add to a file without a last newline", "spec:\n  podSelector: {}", op(lint.Set, types, []any{"Egress"}), "spec:\n  podSelector: {}\n  policyTypes:\n  - Egress"},
		{"CRLF", "spec:\r\n  podSelector: {}\r\n", op(lint.Set, types, []any{"Egress"}), "spec:\r\n  podSelector: {}\r\n  policyTypes:\r\n  - Egress\r\n"},
		{"add a key to a map that is not there", "spec:\n  podSelector: {}\n", op(lint.Insert, spec.Key("x").Key("values"), "v"), "spec:\n  podSelector: {}\n  x:\n    values:\n    - v\n"},
		{"replace a flow list", "spec:\n  policyTypes: [Ingress] # c\n", op(lint.Set, types, []any{"Egress"}), "spec:\n  policyTypes: [Egress] # c\n"},
		{"grow a block list", "spec:\n  policyTypes: # c\n  - Ingress # d\n  podSelector: {}\n", op(lint.Set, types, []any{"Ingress", "Egress"}),
			"spec:\n  policyTypes: # c\n  - Ingress # d\n  - Egress\n  podSelector: {}\n"},
		{"empty a block map", "spec:\n  podSelector: # c\n    matchLabels:\n      app: web\n  egress: []\n", op(lint.Set, spec.Key("podSelector"), map[string]any{}),
			"spec:\n  podSelector: {} # c\n  egress: []\n"},
		{"insert into an empty flow list", "spec:\n  egress: [] # none\n  podSelector: {}\n", op(lint.Insert, spec.Key("egress"), rule),
			"spec:\n  egress: # none\n  - to:\n    - podSelector:\n        matchLabels:\n          app: a\n    ports:\n    - protocol: UDP\n      port: 53\n  podSelector: {}\n"},
		{"insert into a block list", "spec:\n  egress:\n    - to: # x\n        - podSelector: {} # y\n\n---\n", op(lint.Insert, spec.Key("egress"), rule),
			"spec:\n  egress:\n    - to: # x\n        - podSelector: {} # y\n    - to:\n        - podSelector:\n            matchLabels:\n              app: a\n      ports:\n        - protocol: UDP\n          port: 53\n\n---\n"},
		{"insert into a flow list", "spec: {egress: [{to: []}]}\n", op(lint.Insert, spec.Key("egress"), peer), "spec: {egress: [{to: []}, {podSelector: {matchLabels: {app: a}}}]}\n"},
		{"insert where null stands", "spec:\n  egress: # none\n  podSelector: {}\n", op(lint.Insert, spec.Key("egress"), peer),
			"spec:\n  egress: # none\n  - podSelector:\n      matchLabels:\n        app: a\n  podSelector: {}\n"},
		{"insert before an item", "spec:\n  egress: # x\n  # about y\n  - to: [] # y\n  - to: [{}]\n", op(lint.Insert, spec.Key("egress").Item(0), peer),
			"spec:\n  egress: # x\n  - podSelector:\n      matchLabels:\n        app: a\n  # about y\n  - to: [] # y\n  - to: [{}]\n"},
		{"insert before a later item", "spec:\r\n  l:\r\n    - a\r\n      # about a\r\n    # about b\r\n    - b\r\n", op(lint.Insert, spec.Key("l").Item(1), "c"),
			"spec:\r\n  l:\r\n    - a\r\n      # about a\r\n    - c\r\n    # about b\r\n    - b\r\n"},
		{"insert before an item of a flow list", "spec: {l: [a, b]}\n", op(lint.Insert, spec.Key("l").Item(1), "c"), "spec: {l: [a, c, b]}\n"},
		{"remove a key", "spec:\n  a: 1\n  # about b\n  b: # c\n    c: 1\n  d: 1\n", op(lint.Remove, spec.Key("b"), nil), "spec:\n  a: 1\n  # about b\n  d: 1\n"},
		{"remove the first key of an item", "spec:\n  l:\n  - a: 1 # c\n    b: 2\n", op(lint.Remove, spec.Key("l").Item(0).Key("a"), nil), "spec:\n  l:\n  - b: 2\n"},
		{"remove the only key", "spec:\n  a:\n    b: 1\n", op(lint.Remove, spec.Key("a").Key("b"), nil), "spec:\n  a: {}\n"},
		{"remove an item", "spec:\n  l:\n  - a: 1\n    b: 2\n  - c: 3\n", op(lint.Remove, spec.Key("l").Item(0), nil), "spec:\n  l:\n  - c: 3\n"},
		{"remove the last item of a flow list", "spec: {l: [a, b]}\n", op(lint.Remove, spec.Key("l").Item(1), nil), "spec: {l: [a]}\n"},
		{"remove the first entry of a flow map", "spec: {a: 1, b: 2}\n", op(lint.Remove, spec.Key("a"), nil), "spec: {b: 2}\n"},
		{"rename a key", "spec:\n  podselector: {} # c\n", op(lint.RenameKey, spec.Key("podselector"), "podSelector"), "spec:\n  podSelector: {} # c\n"},
		{"rename a quoted key", "spec: {\"a\": 1}\n", op(lint.RenameKey, spec.Key("a"), "b"), "spec: {\"b\": 1}\n"},
		{"unquote", "spec: {port: \"80\"} # c\n", op(lint.Unquote, spec.Key("port"), nil), "spec: {port: 80} # c\n"},
		{"a value of the object", "spec:\n  l:\n  - a: {x: 'y'}\n  - b: 1\n", []lint.Op{
			{Kind: lint.Set, Path: spec.Key("l").Item(0).Key("b"), Value: 1}, {Kind: lint.Remove, Path: spec.Key("l").Item(1)},
		}, "spec:\n  l:\n  - a: {x: 'y'}\n    b: 1\n"},
		{"behind a block scalar", "spec:\n  a: |\n    # text\n    more\n  b: 1\n", op(lint.Remove, spec.Key("a"), nil), "spec:\n  b: 1\n"},
		{"behind unicode", "spec: {\"é😀\": \"x\", b: 1}\n", op(lint.Set, spec.Key("b"), 2), "spec: {\"é😀\": \"x\", b: 2}\n"},
	}
	for _, test := range tests {
		text := head + test.text
		if strings.Contains(test.text, "\r\n") {
			text = strings.ReplaceAll(head, "\n", "\r\n") + test.text
		}
		o := objectIn(t, text)
		for i := range test.ops {
			test.ops[i].Object = o
		}
		c, err := Plan(lint.Fix{Ops: test.ops})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got := string(apply([]byte(text), c.Edits))
		if got = got[len(text)-len(test.text):]; got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestPlanJSON(t *testing.T) {
	o := objectIn(t, `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "web"}, "spec": {"egress": []}}`)
	c, err := Plan(lint.Fix{Ops: []lint.Op{{Object: o, Kind: lint.Insert, Path: spec.Key("egress"), Value: peer}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(apply(o.File().Data, c.Edits)); !strings.HasSuffix(got, `"spec": {"egress": [{"podSelector": {"matchLabels": {"app": "a"}}}]}}`) {
		t.Error(got)
	}
}

// TestRefused are fixes that can only be shown.
func TestRefused(t *testing.T) {
	tests := []struct {
		text string
		op   lint.Op
		want string
	}{
		{"spec: &a\n  a: 1\nother: *a\n", lint.Op{Kind: lint.Set, Path: spec.Key("a"), Value: 2}, "shared through an anchor"},
		{"x: &a {b: 1}\nspec: *a\n", lint.Op{Kind: lint.Set, Path: spec.Key("b"), Value: 2}, "shared through an anchor"},
		{"spec:\n  l:\n  - a: &x 1\n  - *x\n", lint.Op{Kind: lint.Remove, Path: spec.Key("l").Item(0)}, "shared through an anchor"},
		{"spec:\n  l:\n    # about a\n    a: 1\n", lint.Op{Kind: lint.Set, Path: spec.Key("l"), Value: []any{"b"}}, "a comment would be lost"},
		{"spec:\n  a: one\n    two\n", lint.Op{Kind: lint.Set, Path: spec.Key("a"), Value: "b"}, "cannot be edited safely"},
		{"spec: {a: 1, b: 2}\n", lint.Op{Kind: lint.RenameKey, Path: spec.Key("a"), Value: "b"}, "stands there already"},
		{"spec: {}\n", lint.Op{Kind: lint.Remove, Path: spec.Key("a")}, "there is no spec.a"},
		{"spec: {a: b}\n", lint.Op{Kind: lint.Set, Path: spec.Key("a"), Value: "two\nlines"}, "cannot be written"},
	}
	for _, test := range tests {
		test.op.Object = objectIn(t, head+test.text)
		if _, err := Plan(lint.Fix{Ops: []lint.Op{test.op}}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.text, err, test.want)
		}
	}
}
