package rego

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint/manifest"
)

// terms makes terms and shares equal strings: names and label keys stand in a
// bundle thousands of times.
type terms struct{ strings map[string]*ast.Term }

func newTerms() *terms { return &terms{strings: map[string]*ast.Term{}} }

func (t *terms) string(s string) *ast.Term {
	term := t.strings[s]
	if term == nil {
		term = ast.StringTerm(s)
		t.strings[s] = term
	}
	return term
}

// field returns an entry of an object.
func (t *terms) field(key string, value *ast.Term) [2]*ast.Term {
	return ast.Item(t.string(key), value)
}

// optional adds a text to an object's fields unless it is "": what is absent is
// undefined in Rego.
func (t *terms) optional(fields [][2]*ast.Term, key, text string) [][2]*ast.Term {
	if text == "" {
		return fields
	}
	return append(fields, t.field(key, t.string(text)))
}

func (t *terms) stringMap(m map[string]string) *ast.Term {
	if len(m) == 0 {
		return ast.InternedEmptyObject
	}
	fields := make([][2]*ast.Term, 0, len(m))
	for key, value := range m {
		fields = append(fields, t.field(key, t.string(value)))
	}
	return ast.ObjectTerm(fields...)
}

func (t *terms) path(p manifest.Path) *ast.Term {
	steps := make([]*ast.Term, len(p))
	for i, step := range p {
		if step.IsItem() {
			steps[i] = number(step.Index)
		} else {
			steps[i] = t.string(step.Key)
		}
	}
	return ast.ArrayTerm(steps...)
}

// selector returns a LabelSelector as it is written. Both of its fields are
// there always, so that modules can count them.
func (t *terms) selector(v manifest.Value) *ast.Term {
	return ast.ObjectTerm(
		t.field("matchLabels", t.stringMap(v.Get("matchLabels").Strings())),
		t.field("matchExpressions", list(v.Get("matchExpressions").Items(), t.expression)),
	)
}

func (t *terms) expression(v manifest.Value) *ast.Term {
	return ast.ObjectTerm(
		t.field("key", t.string(v.Get("key").Text())),
		t.field("operator", t.string(v.Get("operator").Text())),
		t.field("values", list(v.Get("values").Items(), func(v manifest.Value) *ast.Term { return t.string(v.Text()) })),
	)
}

func number(n int) *ast.Term   { return ast.InternedTerm(n) }
func boolean(b bool) *ast.Term { return ast.InternedTerm(b) }

// list returns the array of some items' terms.
func list[T any](items []T, term func(T) *ast.Term) *ast.Term {
	if len(items) == 0 {
		return ast.InternedEmptyArray
	}
	all := make([]*ast.Term, len(items))
	for i, item := range items {
		all[i] = term(item)
	}
	return ast.ArrayTerm(all...)
}
