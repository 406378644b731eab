package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// TestSchemaAccepts what nplint accepts, and refuses unknown keys too.
func TestSchemaAccepts(t *testing.T) {
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text string) error {
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return compiled.Validate(value)
	}
	full := strings.NewReplacer(": off}", `: "off"}`, "2026-12-31", `"2026-12-31"`).Replace(full)
	for _, text := range []string{full, string(Initial), "version: 1\nselect:\n"} {
		if err := validate(text); err != nil {
			t.Error(err)
		}
		if _, err := Parse("x", []byte(text)); err != nil {
			t.Error(err)
		}
	}
	if validate("version: 1\npresett: all") == nil {
		t.Error("an unknown key is accepted")
	}
	initial := string(Initial)
	if id := schema.(map[string]any)["$id"].(string); !strings.Contains(initial, "$schema="+id+"\n") {
		t.Errorf("the initial configuration does not name the schema %s", id)
	}
	uncommented := regexp.MustCompile(`(?m)^# ((bundles|assume|ignore):|- | +)`).ReplaceAllString(initial, "$1")
	if err := validate(strings.Replace(uncommented, "2027-06-30", `"2027-06-30"`, 1)); err != nil {
		t.Error(err)
	}
	if c, err := Parse("x", []byte(uncommented)); err != nil || len(c.Bundles) == 0 || len(c.Assume.DNS.Peers) == 0 || len(c.Ignore) == 0 {
		t.Errorf("what the initial configuration shows in comments: %+v, %v", c, err)
	}
}

// TestSchemaKeys compares the keys of the schema at every level with those that
// Parse names when it meets an unknown one.
func TestSchemaKeys(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(Schema, &root); err != nil {
		t.Fatal(err)
	}
	levels := 0
	var check func(level map[string]any, wrap string)
	check = func(level map[string]any, wrap string) {
		properties, _ := level["properties"].(map[string]any)
		if items, ok := level["items"].(map[string]any); ok {
			check(items, fmt.Sprintf(wrap, "[%s]"))
		}
		if properties == nil {
			return
		}
		levels++
		_, err := Parse("x", fmt.Appendf(nil, wrap, "{qqqqqqqqqqqqqqqqqqqq: 1}"))
		_, list, _ := strings.Cut(fmt.Sprint(err), "use one of ")
		list, _, _ = strings.Cut(list, "\n")
		got, want := strings.Split(list, ", "), slices.Sorted(maps.Keys(properties))
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: Parse knows %v, the schema %v", wrap, got, want)
		}
		for key, property := range properties {
			check(property.(map[string]any), fmt.Sprintf(wrap, "{"+key+": %s}"))
		}
	}
	check(root, "%s")
	if levels != 9 {
		t.Errorf("%d levels of keys", levels)
	}
}

// TestWithDefaults reads what `config show` prints.
func TestWithDefaults(t *testing.T) {
	text, err := marshal(&Config{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("x", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if again, err := marshal(c); err != nil || !bytes.Equal(text, again) {
		t.Errorf("%v:\n%s\nand then:\n%s", err, text, again)
	}
}

func marshal(c *Config) ([]byte, error) { return yamlv3.Marshal(c.WithDefaults()) }
