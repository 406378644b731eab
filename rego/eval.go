package rego

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/reach"
)

// The limits of a module over one bundle.
const (
	defaultTimeout = 5 * time.Second
	maxFindings    = 100_000
)

// run evaluates the module over a bundle and reports what it finds.
func (m *module) run(pass *lint.Pass) (any, error) {
	program, err := m.compiled()
	if err != nil {
		return nil, err
	}
	config, err := m.meta.settings(m.name, pass.Options.RegoConfig)
	if err != nil {
		return nil, err
	}
	w := &world{input: inputOf(pass)}
	if pass.ResultOf[reach.Rule] != nil {
		w.engine = reach.Of(pass)
	}
	timeout := pass.Options.RegoTimeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(pass.Context, timeout)
	defer cancel()
	findings, err := m.evaluate(ctx, program, w, config)
	if err != nil && ctx.Err() != nil && pass.Context.Err() == nil {
		return nil, fmt.Errorf("%s: took longer than %s; simplify the module, or set rego.timeout in .nplint.yaml", m.file, timeout)
	}
	if err != nil {
		return nil, err
	}
	return nil, m.reportAll(pass, program, w.input, findings)
}

// evaluate returns the members of the module's report.
func (m *module) evaluate(ctx context.Context, p *program, w *world, config map[string]any) ([]*ast.Term, error) {
	query := ref(m.pkg, "report")
	options := append(functions(w),
		rego.ParsedQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(query)))),
		rego.Compiler(p.compiler),
		rego.Store(store(config)),
		rego.StrictBuiltinErrors(true),
	)
	prepared, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return nil, m.lib.explain(err)
	}
	results, err := prepared.Eval(ctx, rego.EvalParsedInput(w.input.value), rego.EvalGenerateJSON(asTerm))
	if err != nil {
		return nil, m.explainEval(err)
	}
	if len(results) == 0 {
		return nil, nil
	}
	return m.members(p, results[0].Expressions[0].Value.(*ast.Term))
}

// asTerm keeps results as they are: most of what a finding holds is never read.
func asTerm(t *ast.Term, _ *rego.EvalContext) (any, error) { return t, nil }

// members returns the findings of a report, a set or a list.
func (m *module) members(p *program, report *ast.Term) ([]*ast.Term, error) {
	var findings []*ast.Term
	collect := func(t *ast.Term) { findings = append(findings, t) }
	size := 0
	switch v := report.Value.(type) {
	case ast.Set:
		if size = v.Len(); size <= maxFindings {
			v.Foreach(collect)
		}
	case *ast.Array:
		if size = v.Len(); size <= maxFindings {
			v.Foreach(collect)
		}
	default:
		return nil, fmt.Errorf("%s: report is %s; write `report contains finding if { ... }`", at(p.report), ast.ValueName(v))
	}
	if size > maxFindings {
		return nil, fmt.Errorf("%s: reports %d findings, more than %d; none of them is shown", at(p.report), size, maxFindings)
	}
	return findings, nil
}

func at(l *ast.Location) string { return fmt.Sprintf("%s:%d", l.File, l.Row) }

// store holds what modules read below data.
func store(config map[string]any) storage.Store {
	return inmem.NewFromObjectWithOpts(map[string]any{"nplint": map[string]any{"config": config}})
}

// explainEval says where in the module evaluation failed.
func (m *module) explainEval(err error) error {
	var e *topdown.Error
	if !errors.As(err, &e) || e.Location == nil {
		return fmt.Errorf("%s: %w", m.file, err)
	}
	return m.lib.explainOne(&ast.Error{Code: e.Code, Message: e.Message, Location: e.Location})
}
