package baseline

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func same(name string) string { return name }

func finding(rule, name string, path manifest.Path) lint.Diagnostic {
	id := manifest.ID{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Namespace: "shop", Name: name}
	return lint.Diagnostic{Rule: &lint.Rule{Name: rule}, Object: manifest.NewObject(id, nil), Path: path}
}

func aboutFile(rule, name string) lint.Diagnostic {
	d := lint.Diagnostic{Rule: &lint.Rule{Name: rule}}
	d.Origin.Span.File = &manifest.File{Name: name}
	return d
}

func TestNew(t *testing.T) {
	ingress := manifest.Field("spec", "ingress")
	old := []lint.Diagnostic{
		finding("r", "web", ingress.Item(0)), finding("r", "web", ingress.Item(1)), finding("s", "web", nil), aboutFile("r", "a.yaml"),
	}
	b := Of(old, same)
	if b.Len() != 4 {
		t.Errorf("holds %d", b.Len())
	}
	data, err := b.Format()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version": 1, "entries": [
{"rule":"r","file":"a.yaml","count":1},
{"rule":"r","kind":"NetworkPolicy","namespace":"shop","name":"web","path":"spec.ingress[]","count":2},
{"rule":"s","kind":"NetworkPolicy","namespace":"shop","name":"web","count":1}
]}
`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Error(diff)
	}
	if b, err = Parse(data); err != nil {
		t.Fatal(err)
	}
	fresh, known, stale := b.New([]lint.Diagnostic{
		finding("r", "web", ingress.Item(4)), finding("r", "web", ingress.Item(5)), finding("r", "web", ingress.Item(6)),
		finding("r", "db", ingress.Item(0)), aboutFile("r", "a.yaml"), aboutFile("r", "b.yaml"),
	}, same)
	var paths []string
	for _, d := range fresh {
		k := keyOf(d, same)
		paths = append(paths, k.Name+k.File+" "+d.Path.String())
	}
	if diff := cmp.Diff([]string{"web spec.ingress[6]", "db spec.ingress[0]", "b.yaml "}, paths); diff != "" || known != 3 {
		t.Errorf("%d known; %s", known, diff)
	}
	if diff := cmp.Diff([]Entry{{Key{Rule: "s", Kind: "NetworkPolicy", Namespace: "shop", Name: "web"}, 1}}, stale); diff != "" {
		t.Error(diff)
	}
}

func TestBlanked(t *testing.T) {
	p := manifest.Field("spec", "ingress").Item(2)
	for _, test := range []struct {
		path manifest.Path
		want string
	}{
		{nil, ""},
		{p, "spec.ingress[]"},
		{p.Key("from").Item(0).Key("podSelector"), "spec.ingress[].from[].podSelector"},
		{p.Item(1).Key("a.b"), `spec.ingress[][]["a.b"]`},
	} {
		if got := blanked(test.path); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestParseMistakes(t *testing.T) {
	for _, text := range []string{``, `[]`, `{"version": 2, "entries": []}`, `{"version": 1, "entries": [{"rule": "r"}]}`, `{"version": 1, "etries": []}`} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
	if b, err := Parse([]byte(`{"version": 1, "entries": []}`)); err != nil || b.Len() != 0 {
		t.Error(b, err)
	}
}
