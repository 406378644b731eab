package schema

import (
	"fmt"
	"slices"
	str "strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

func read(t *testing.T, text string, table *Type) (manifest.Value, []string) {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	meant, _, facts := Decode(node.Content[0], table)
	var said []string
	for _, fact := range facts {
		said = append(said, describe(fact))
	}
	return meant, said
}

func describe(f manifest.Fact) string {
	switch f.Kind {
	case manifest.UnknownField:
		text := "unknown " + f.Path.String()
		if f.Suggestions != nil {
			text += ", near " + str.Join(f.Suggestions, " ")
		}
		if f.Belongs != nil {
			text += ", belongs " + f.Belongs.String()
		}
		if f.Want != "" {
			text += fmt.Sprintf(", wants %s, not %s", f.Want, f.Got)
		}
		return text
	case manifest.DuplicateKey:
		return "duplicate " + f.Path.String()
	default:
		return fmt.Sprintf("wrong %s: %s, not %s", f.Path, f.Got, f.Want)
	}
}

// show writes a value with its kinds, so that tests see null, empty and absent
// apart.
func show(v manifest.Value) string {
	var parts []string
	switch v.Kind() {
	case manifest.Map:
		for _, e := range v.Members() {
			parts = append(parts, e.Key+": "+show(e.Value))
		}
		return "{" + str.Join(parts, ", ") + "}"
	case manifest.List:
		for _, item := range v.Items() {
			parts = append(parts, show(item))
		}
		return "[" + str.Join(parts, ", ") + "]"
	case manifest.String:
		return fmt.Sprintf("%q", v.Text())
	case manifest.Null:
		return "null"
	case manifest.Absent:
		return "absent"
	default:
		return v.Text()
	}
}

var testTable = closed(fields{
	"name": text, "count": integer, "on": boolean, "port": port, "labels": strings,
	"names": listOf(text), "free": any_, "unread": skip,
	"inner": closed(fields{"name": text, "labels": strings}),
	"items": listOf(closed(fields{"name": text, "port": port})),
})

func TestDecode(t *testing.T) {
	tests := []struct {
		name, text, value string
		facts             []string
	}{
		{"plain", "{name: web, count: 3, on: true, port: http}", `{name: "web", count: 3, on: true, port: "http"}`, nil},
		{"unread fields are known and left out", "{unread: {a: b}, name: web}", `{name: "web"}`, nil},
		{"null, empty and absent", "{labels: , names: [], inner: {}, items: ~}",
			`{labels: null, names: [], inner: {}, items: null}`, nil},
		{"null items and labels", "{names: [null, a], labels: {a: }}", `{names: [null, "a"], labels: {a: null}}`, nil},
		{"numbers of a port", "{port: 0x50, count: 80.0, items: [{port: 8e1}]}", `{port: 0x50, count: 80, items: [{port: 80}]}`, nil},
		{"fractions", "{count: 80.5}", "{count: 80.5}", []string{"wrong count: a number, not an integer"}},
		{"scalars for strings", "{labels: {a: true, b: 1, c: 1.0, d: 2026-11-02, e: '1', f: !!str 2}}",
			`{labels: {a: true, b: 1, c: 1.0, d: "2026-11-02", e: "1", f: "2"}}`,
			[]string{
				"wrong labels.a: a boolean, not a string", "wrong labels.b: an integer, not a string",
				"wrong labels.c: a number, not a string",
			}},
		{"booleans of YAML 1.1", "{on: yes, labels: {a: no, b: Off, c: y, d: \"on\", e: !!str yes}}",
			`{on: yes, labels: {a: no, b: Off, c: y, d: "on", e: "yes"}}`,
			[]string{
				"wrong labels.a: a boolean, not a string", "wrong labels.b: a boolean, not a string",
				"wrong labels.c: a boolean, not a string",
			}},
		{"block scalars", "name: |-\n  yes", `{name: "yes"}`, nil},
		{"list for map", "{inner: [a], labels: [b: c]}", `{inner: ["a"], labels: [{b: "c"}]}`,
			[]string{"wrong inner: a list, not a map", "wrong labels: a list, not a map"}},
		{"map for list", "{items: {name: a}, names: a}", `{items: {name: "a"}, names: "a"}`,
			[]string{"wrong items: a map, not a list", "wrong names: a string, not a list"}},
		{"scalar for object", "{inner: web, port: true}", `{inner: "web", port: true}`,
			[]string{"wrong inner: a string, not a map", "wrong port: a boolean, not an integer or a name"}},
		{"string for number", "{count: '3'}", `{count: "3"}`, []string{"wrong count: a string, not an integer"}},
		{"anything goes", "{free: {a: [1, yes, {b: c}]}}", `{free: {a: [1, yes, {b: "c"}]}}`, nil},

		{"last of the same keys", "{name: a, count: 1, name: b}", `{count: 1, name: "b"}`, []string{"duplicate name"}},
		{"one fact for many of them", "{name: a, name: b, name: c}", `{name: "c"}`, []string{"duplicate name"}},
		{"nothing said about the lost one", "{inner: {nome: a}, inner: {name: b}}", `{inner: {name: "b"}}`, []string{"duplicate inner"}},
		{"the same key in two maps", "{name: a, inner: {name: b}}", `{name: "a", inner: {name: "b"}}`, nil},
		{"duplicates in free text", "{free: {a: 1, a: 2}}", "{free: {a: 2}}", []string{"duplicate free.a"}},
		{"unread duplicates", "{unread: 1, unread: 2}", "{}", []string{"duplicate unread"}},

		{"alias", "{labels: &l {a: b}, inner: {labels: *l}}", `{labels: {a: "b"}, inner: {labels: {a: "b"}}}`, nil},
		{"merge key", "{labels: &l {a: b, c: d}, inner: {labels: {<<: *l, a: x}}}",
			`{labels: {a: "b", c: "d"}, inner: {labels: {a: "x", c: "d"}}}`, nil},
		{"merge of a list", "{labels: &l {a: b}, inner: {labels: {<<: [*l, {a: c, e: f}]}}}",
			`{labels: {a: "b"}, inner: {labels: {a: "b", e: "f"}}}`, nil},
		{"merge of a merge", "{free: [&a {x: 1}, &b {<<: *a, y: 2}], inner: {<<: *b, name: web}}",
			`{free: [{x: 1}, {y: 2, x: 1}], inner: {name: "web", labels: {y: 2, x: 1}}}`,
			[]string{"unknown inner.y, belongs inner.labels.y", "unknown inner.x, belongs inner.labels.x"}},
		{"merge of no map", "{<<: 3, name: a}", `{name: "a"}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, facts := read(t, test.text, testTable)
			if got := show(value); got != test.value {
				t.Errorf("value:\n%s\nwant:\n%s", got, test.value)
			}
			if !slices.Equal(facts, test.facts) {
				t.Errorf("facts: %q\nwant:  %q", facts, test.facts)
			}
		})
	}
}

func TestTrue(t *testing.T) {
	value, _ := read(t, "[yes, True, ON, 'yes', off, 1]", listOf(any_))
	var got []bool
	for _, item := range value.Items() {
		got = append(got, item.True())
	}
	if want := []bool{true, true, true, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("True of yes, True, ON, 'yes', off, 1: %v, want %v", got, want)
	}
}
