package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// setPolicyTypes writes policyTypes out.
func setPolicyTypes(p *graph.Policy, directions ...graph.Direction) lint.Op {
	types := make([]any, len(directions))
	for i, d := range directions {
		types[i] = d.Type()
	}
	return lint.Op{Object: p.Object, Path: manifest.Field("spec", "policyTypes"), Kind: lint.Set, Value: types}
}
