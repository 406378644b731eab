package manifest

import (
	"strings"
	"testing"
)

// at returns the places of a field in a text: the main one and those of its
// via chain, parted by " via ".
func at(t *testing.T, text string, p Path) (string, Precision) {
	t.Helper()
	file := &File{Name: "test.yaml", Data: []byte(text)}
	o := NewObject(ID{}, Document{File: file, End: len(text)}.In(nil))
	origin := o.At(p)
	spans := []string{origin.Span.Text()}
	for _, via := range origin.Via {
		spans = append(spans, via.Text())
	}
	return strings.Join(spans, " via "), origin.Precision
}

const located = `# comment
apiVersion: networking.k8s.io/v1 # the API
metadata:
  name: "quoted # name"   # why
  labels: {app: web, 'tier': "a b"}
  annotations:
    text: |
      many lines
    folded: "begins here
      ends here"
spec:
  podSelector:
  ingress:
  - from:   # everybody
    - podSelector: {}
    - ipBlock:
        cidr: 10.0.0.0/8
    ports: [{port: 80}, {port: 443}]
  -
    ports:
      - port: &p 53
      - port: *p
  - {}
`

func TestAt(t *testing.T) {
	spec := Field("spec")
	first := spec.Key("ingress").Item(0)
	tests := []struct {
		path      Path
		want      string
		precision Precision
	}{
		{nil, "apiVersion: networking.k8s.io/v1", Exact},
		{Field("apiVersion"), "apiVersion: networking.k8s.io/v1", Exact},
		{Field("metadata"), "metadata:", Exact},
		{Field("metadata", "name"), `name: "quoted # name"`, Exact},
		{Field("metadata", "labels"), `labels: {app: web, 'tier': "a b"}`, Exact},
		{Field("metadata", "labels", "tier"), `'tier': "a b"`, Exact},
		{Field("metadata", "labels", "app"), "app: web", Exact},
		{Field("metadata", "annotations", "text"), "text: |", Exact},
		{Field("metadata", "annotations", "folded"), `folded: "begins here`, Exact},
		{spec.Key("podSelector"), "podSelector:", Exact},
		{first, "from:", Exact},
		{first.Key("from"), "from:", Exact},
		{first.Key("from").Item(0), "podSelector: {}", Exact},
		{first.Key("from").Item(1).Key("ipBlock").Key("cidr"), "cidr: 10.0.0.0/8", Exact},
		{first.Key("ports"), "ports: [{port: 80}, {port: 443}]", Exact},
		{first.Key("ports").Item(1), "{port: 443}", Exact},
		{first.Key("ports").Item(1).Key("port"), "port: 443", Exact},
		{spec.Key("ingress").Item(1), "ports:", Exact},
		{spec.Key("ingress").Item(1).Key("ports").Item(1).Key("port"), "port: *p", Exact},
		{spec.Key("ingress").Item(2), "{}", Exact},
		// Absent fields are near what is written.
		{spec.Key("policyTypes"), "spec:", Near},
		{spec.Key("ingress").Item(9).Key("from"), "ingress:", Near},
		{spec.Key("podSelector").Key("matchLabels").Key("app"), "podSelector:", Near},
		{Field("status"), "apiVersion: networking.k8s.io/v1", Whole},
	}
	for _, test := range tests {
		got, precision := at(t, located, test.path)
		if got != test.want || precision != test.precision {
			t.Errorf("%s: got %q, %s; want %q, %s", test.path, got, precision, test.want, test.precision)
		}
	}
}

func TestAtSharedText(t *testing.T) {
	const text = `
x-labels: &labels
  app: web
metadata:
  labels:
    <<: *labels
    tier: front
spec:
  podSelector:
    matchLabels: *labels
  list: [*labels]
`
	tests := []struct {
		path      Path
		want      string
		precision Precision
	}{
		{Field("spec", "podSelector", "matchLabels"), "matchLabels: *labels", Exact},
		{Field("spec", "podSelector", "matchLabels", "app"), "matchLabels: *labels via app: web", Near},
		{Field("metadata", "labels", "app"), "<<: *labels via app: web", Near},
		{Field("metadata", "labels", "tier"), "tier: front", Exact},
		{Field("spec", "list").Item(0).Key("app"), "*labels via app: web", Near},
	}
	for _, test := range tests {
		got, precision := at(t, text, test.path)
		if got != test.want || precision != test.precision {
			t.Errorf("%s: got %q, %s; want %q, %s", test.path, got, precision, test.want, test.precision)
		}
	}
}

func TestAtMergeOfItself(t *testing.T) {
	got, precision := at(t, "spec: &a\n  <<: *a\n  x: y\n", Field("spec", "missing"))
	if got != "spec: &a" || precision != Near {
		t.Errorf("got %q, %s", got, precision)
	}
}

func TestAtJSON(t *testing.T) {
	const text = "{\n\t\"metadata\": {\"name\": \"a\\/b \\ud83d\\ude00\"},\n\t\"spec\": {\"ingress\": [\n\t\t{}\n\t]}\n}\n"
	for want, path := range map[string]Path{
		`"name": "a\/b \ud83d\ude00"`: Field("metadata", "name"),
		`"ingress": [`:                Field("spec", "ingress"),
		`{}`:                          Field("spec", "ingress").Item(0),
	} {
		if got, precision := at(t, text, path); got != want || precision != Exact {
			t.Errorf("%s: got %q, %s; want %q", path, got, precision, want)
		}
	}
}

func TestAtUnreadable(t *testing.T) {
	got, precision := at(t, "# gone\nkind: [\n", Field("kind"))
	if got != "kind: [" || precision != Whole {
		t.Errorf("got %q, %s", got, precision)
	}
}

func TestAtListItem(t *testing.T) {
	const text = "kind: List\nitems:\n- kind: A\n  spec:\n    x: 1\n- kind: B\n  spec: {x: 2}\n"
	start := strings.Index(text, "kind: B")
	file := &File{Data: []byte(text)}
	cut := NewObject(ID{}, Document{File: file, Start: start, End: len(text)}.In(nil))
	whole := NewObject(ID{}, Document{File: file, End: len(text)}.In(Path{}.Key("items").Item(1)))
	for _, o := range []*Object{cut, whole} {
		origin := o.At(Field("spec", "x"))
		if got := origin.Span.Text(); got != "x: 2" || origin.Precision != Exact {
			t.Errorf("got %q, %s", got, origin.Precision)
		}
	}
}

func TestSyntaxError(t *testing.T) {
	tests := []struct{ text, at, message string }{
		{"a: b: c\n", ": c", "mapping values are not allowed in this context"},
		{"x: [1,2\ny: 3\n", ": 3", "did not find expected ',' or ']'"},
		{"a: *gone\n", "*gone", "unknown anchor 'gone' referenced"},
		{"a:\n  - b\n c: d\n", "c: d", "did not find expected key"},
		{"a: b\nc: \x01\n", "\x01", "control characters are not allowed"},
		{"a: b\nc: \xff\n", "\xff", "invalid leading UTF-8 octet"},
	}
	for _, test := range tests {
		const before = "first: document\n---\n"
		data := before + test.text
		doc := Document{File: &File{Data: []byte(data)}, Start: len(before), End: len(data)}
		_, err := doc.Parse()
		syntax, ok := err.(*SyntaxError)
		if !ok || syntax.Message != test.message || !strings.HasPrefix(data[syntax.Offset:], test.at) {
			t.Errorf("%q: got %v", test.text, err)
			if ok {
				t.Errorf("at %q, want %q", data[syntax.Offset:], test.at)
			}
		}
	}
}
