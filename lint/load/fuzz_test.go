package load

import (
	"context"
	"testing"

	"github.com/nplint/nplint/lint/manifest"
)

// FuzzRead reads any bytes, alone and as the rest of a policy: nothing may panic
// or hang, and every place lies within the text.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "\xEF\xBB\xBF---\r\n...\n", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n{{ x }}\nkind: Pod\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n  name: b\nspec:\n  podselector: &s\n    matchLabels: {a: yes, \"b\": 'c'}\n" +
			"  ingress: # comment\n  - from:\n    - podSelector: *s\n      <<: [*s, {podSelector: {<<: *s}}]\n    ports: [{port: \"80\"}, {port: 8.0e1}]\n",
		`{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "é😀"}, "spec": {"ports": [{"port": 1}]}}]}`,
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: &m {name: x}\n- kind: Pod\n  apiVersion: v1\n  metadata: *m\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n  - metadata: {name: x}\n    spec: {egress: [null, {to: [~]}], policyTypes: Egress}\n",
		"apiVersion: v1\nkind: Pod\nmetadata: &a\n  labels: [*a]\n  name: |\n   x\n   y\n", "apiVersion: v1\nkind: Pod\nmetadata: !!str {a: b}\n? [x]\n: y\n",
		"spec:\n  podSelector:\n    <<: {matchLabels: {a: &x b, c: *x}}\n  policyTypes: [Ingress,\n    Egress]\n",
		"kind: Pod\napiVersion: v1\r\rmetadata:\r  name: a\u0085  namespace: b\u2028spec:\n\tx: y\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readAnything(t, data)
		readAnything(t, append([]byte("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"), data...))
	})
}

func readAnything(t *testing.T, data []byte) {
	result, err := Load(context.Background(), Input{Stdin: data})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range result.Bundles {
		for _, p := range b.Problems {
			checkSpan(t, p.Span, data)
		}
		for _, o := range b.Objects {
			checkSpan(t, o.Span(), data)
			for _, fact := range o.Facts {
				checkPlace(t, o, fact.Path, data)
			}
			left := 100
			checkPlaces(t, o, o.Value, nil, data, &left)
		}
	}
}

// checkPlaces looks up the first fields of an object, and one that it does not
// have below each of them.
func checkPlaces(t *testing.T, o *manifest.Object, v manifest.Value, at manifest.Path, data []byte, left *int) {
	if *left--; *left < 0 {
		return
	}
	checkPlace(t, o, at, data)
	checkPlace(t, o, at.Key("absent").Item(3), data)
	for _, e := range v.Members() {
		checkPlaces(t, o, e.Value, at.Key(e.Key), data, left)
	}
	for i, item := range v.Items() {
		checkPlaces(t, o, item, at.Item(i), data, left)
	}
}

func checkPlace(t *testing.T, o *manifest.Object, p manifest.Path, data []byte) {
	origin := o.At(p)
	checkSpan(t, origin.Span, data)
	for _, via := range origin.Via {
		checkSpan(t, via, data)
	}
	pos := origin.Span.File.Position(origin.Span.Start)
	if pos.Line < 1 || pos.Column < 1 || pos.UTF16 < pos.Column {
		t.Errorf("%s: position %+v", p, pos)
	}
}

func checkSpan(t *testing.T, s manifest.Span, data []byte) {
	t.Helper()
	if s.Start < 0 || s.Start > s.End || s.End > len(data) {
		t.Errorf("place %d to %d of %d bytes", s.Start, s.End, len(data))
	}
}
