package rego

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Input is a bundle as modules see it: one JSON document, which schema.json
// describes, and what its ids stand for.
type Input struct {
	value     ast.Value
	places    map[string]place
	workloads map[string]*graph.Workload
	ids       *ids
}

// place is what a finding about an id points at: an object, and the field where
// the finding names none.
type place struct {
	object *manifest.Object
	path   manifest.Path
}

// input is the provider of the bundle's Input: it is built once, whatever the
// number of modules.
var input = &lint.Rule{
	Name:   "rego-input",
	Result: reflect.TypeFor[*Input](),
	Run: func(pass *lint.Pass) (any, error) {
		return NewInput(pass.Bundle, pass.Graph, pass.Options), nil
	},
}

func inputOf(pass *lint.Pass) *Input { return pass.ResultOf[input].(*Input) }

// NewInput returns the projection of a bundle and its graph.
func NewInput(bundle *manifest.Bundle, g *graph.Graph, options *lint.Options) *Input {
	p := newProjection(g, options)
	return &Input{value: p.bundle(bundle.Name).Value, places: p.places, workloads: p.workloads, ids: p.ids}
}

// MarshalJSON returns the document with sorted keys.
func (in *Input) MarshalJSON() ([]byte, error) {
	v, err := ast.JSON(in.value)
	if err != nil {
		return nil, fmt.Errorf("write the input of Rego modules: %w", err)
	}
	return json.Marshal(v)
}
