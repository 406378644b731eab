package rego

import (
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/nplint/nplint/lint/reach"
)

// stage is what tests play on: it answers nplint's functions for the fixture
// that a test gives as input. A function is not told the input that it is
// called under, but a tracer is; so the stage is the tracer of the coverage, of
// one test at a time.
type stage struct {
	*cover.Cover
	fixtures map[string]Fixture
	worlds   map[string]*world
	input    *ast.Term
}

func newStage(fixtures map[string]Fixture) *stage {
	s := &stage{Cover: cover.New(), fixtures: fixtures, worlds: map[string]*world{}}
	for name, f := range fixtures {
		s.worlds[name] = &world{input: NewInput(f.Bundle, f.Graph, f.Options)}
	}
	return s
}

// TraceEvent remembers the input and updates the coverage.
func (s *stage) TraceEvent(e topdown.Event) {
	s.input = e.Input()
	s.Cover.TraceEvent(e)
}

// world returns the world of the input, nil if it is no fixture.
func (s *stage) world() *world {
	for _, name := range sortedKeys(s.worlds) {
		w := s.worlds[name]
		if s.input == nil || ast.Compare(s.input.Value, w.input.value) != 0 {
			continue
		}
		if w.engine == nil {
			f := s.fixtures[name]
			w.engine = reach.New(f.Graph, f.Options)
		}
		return w
	}
	return nil
}

// builtins returns nplint's functions for the tester.
func (s *stage) builtins() []*tester.Builtin {
	var all []*tester.Builtin
	for _, b := range builtins {
		f := &rego.Function{Name: b.name, Decl: b.declaration().Decl}
		all = append(all, &tester.Builtin{
			Decl: b.declaration(),
			Func: rego.FunctionDyn(f, func(_ rego.BuiltinContext, arguments []*ast.Term) (*ast.Term, error) {
				return b.call(s.world(), arguments)
			}),
		})
	}
	return all
}

// data returns what tests read below data.
func (s *stage) data(modules []*module) (map[string]any, error) {
	config, fixtures := map[string]any{}, map[string]any{}
	for _, m := range modules {
		settings, err := m.meta.settings(m.name, nil)
		if err != nil {
			return nil, err
		}
		config[m.name] = settings[m.name]
	}
	for name, w := range s.worlds {
		fixtures[name] = w.input
	}
	text, err := json.Marshal(map[string]any{"nplint": map[string]any{"config": config, "fixtures": fixtures}})
	if err != nil {
		return nil, fmt.Errorf("write the data of tests: %w", err)
	}
	var data map[string]any
	return data, json.Unmarshal(text, &data)
}
