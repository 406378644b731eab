package lint

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Run runs rules over one bundle and returns their diagnostics in the order of
// the rules. Rules run side by side; a provider runs once, before the rules
// that require it. A rule that fails, or panics, does not hide the diagnostics
// of the others: its error is joined to the result. g is the graph of the
// bundle's objects.
func Run(ctx context.Context, rules []*Rule, bundle *manifest.Bundle, g *graph.Graph, options *Options) ([]Diagnostic, error) {
	r := &runner{
		ctx: ctx, options: options, bundle: bundle, graph: g,
		bundles: []string{bundle.Name}, results: map[*Rule]*result{}, slots: slots{free: runtime.GOMAXPROCS(0)},
	}
	var wg sync.WaitGroup
	for _, rule := range rules {
		res := r.result(rule)
		wg.Go(func() { r.run(rule, res) })
	}
	wg.Wait()
	found := make([][]Diagnostic, len(rules))
	errs := make([]error, len(rules))
	for i, rule := range rules {
		res := r.result(rule)
		found[i], errs[i] = res.diagnostics, res.err
	}
	return slices.Concat(found...), errors.Join(errs...)
}

type runner struct {
	ctx     context.Context
	options *Options
	bundle  *manifest.Bundle
	graph   *graph.Graph
	bundles []string // its name, for all diagnostics
	slots   slots

	mu      sync.Mutex
	results map[*Rule]*result
}

type result struct {
	once        sync.Once
	value       any
	diagnostics []Diagnostic
	err         error
}

func (r *runner) result(rule *Rule) *result {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.results[rule] == nil {
		r.results[rule] = &result{}
	}
	return r.results[rule]
}

// run runs a rule after its providers. The providers are waited for outside
// the slot, so that waiting rules cannot block them.
func (r *runner) run(rule *Rule, res *result) {
	res.once.Do(func() {
		provided := map[*Rule]any{}
		for _, provider := range rule.Requires {
			p := r.result(provider)
			r.run(provider, p)
			if p.err != nil {
				res.err = p.err
				return
			}
			provided[provider] = p.value
		}
		r.slots.acquire(rule.Result != nil || len(rule.Requires) > 0)
		defer r.slots.release()
		res.value, res.err = r.call(rule, res, provided)
	})
}

func (r *runner) call(rule *Rule, res *result, provided map[*Rule]any) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rule %s: panic: %v", rule.Name, p)
		}
	}()
	if err := r.ctx.Err(); err != nil {
		return nil, fmt.Errorf("rule %s: %w", rule.Name, err)
	}
	value, err = rule.Run(&Pass{
		Context: r.ctx, Rule: rule, Options: r.options, Bundle: r.bundle, Graph: r.graph, ResultOf: provided,
		Report: func(d Diagnostic) { res.diagnostics = append(res.diagnostics, r.complete(rule, d)) },
	})
	if err != nil {
		err = fmt.Errorf("rule %s: %w", rule.Name, err)
	}
	return value, err
}

// complete fills in the rule, the severity and the places. An error that is
// only possible becomes a warning; what the user chose stays.
func (r *runner) complete(rule *Rule, d Diagnostic) Diagnostic {
	d.Rule = rule
	d.Bundles = r.bundles
	if d.Severity == 0 {
		d.Severity = rule.Severity
	}
	if d.Certainty == Possible {
		d.Severity = min(d.Severity, Warning)
	}
	if chosen := r.options.Severities[rule.Name]; chosen != 0 {
		d.Severity = chosen
	}
	if d.Object != nil {
		d.Origin = d.Object.At(d.Path)
	} else {
		d.Origin = manifest.Origin{Span: d.Span}
	}
	for i, related := range d.Related {
		d.Related[i].Origin = related.Object.At(related.Path)
	}
	return d
}
