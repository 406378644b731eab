package rego

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/nplint/nplint/lint"
)

// TestInputKeepsSchema checks the documents of many manifests, with policies of
// all kinds among them, against the schema.
func TestInputKeepsSchema(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "rules", "*", "*.yaml"))
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		checkInput(t, compiled, file, string(text))
	}
	checkInput(t, compiled, "shop", shop)
}

func checkInput(t *testing.T, s *jsonschema.Schema, name, manifests string) {
	t.Helper()
	bundle, g, ok := readable(manifests)
	if !ok {
		return // a fixture about what cannot be read
	}
	text, err := json.Marshal(NewInput(bundle, g, lint.DefaultOptions()))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
