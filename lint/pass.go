package lint

import (
	"context"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Pass is one run of one rule over one bundle. All that it holds is shared with
// other rules that run at the same time and must not be changed.
type Pass struct {
	Context  context.Context
	Rule     *Rule
	Options  *Options
	Bundle   *manifest.Bundle
	Graph    *graph.Graph
	ResultOf map[*Rule]any
	Report   func(Diagnostic)
}

// Advisory is the severity of what is legal and often meant: a warning in the
// preset strict, info otherwise.
func (p *Pass) Advisory() Severity {
	if p.Options.Preset >= Strict {
		return Warning
	}
	return Info
}
