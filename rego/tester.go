package rego

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Tested is the outcome of the tests of a folder's modules.
type Tested struct {
	Tests    []TestResult
	Coverage []Coverage
}

// TestResult is the outcome of one test, with what it printed.
type TestResult struct {
	Name            string // data.nplint.rules.my_rule_test.test_something
	File            string
	Line            int
	Passed, Skipped bool
	Err             error
	Output          string
}

// Coverage is how much of a module its tests reach.
type Coverage struct {
	File    string
	Percent float64
	Missed  []string // lines, as "12" or "12-14"
}

// Fixture is a bundle that tests read.
type Fixture struct {
	Bundle  *manifest.Bundle
	Graph   *graph.Graph
	Options *lint.Options
}

// Test runs the tests of the modules in a file system, the rules whose names
// begin with test_ in files that end in _test.rego. As data.nplint.config they
// read the defaults of all parameters, as data.nplint.fixtures the input of the
// fixtures by name; nplint's functions answer for the one that is the input
// where they are called. name stands before the names of files. The error says
// what cannot be compiled.
func Test(ctx context.Context, fsys fs.FS, name string, fixtures map[string]Fixture) (*Tested, error) {
	modules, err := loadModules(fsys, name)
	if err != nil {
		return nil, err
	}
	var all library
	if all, err = readSources(fsys, name); err != nil {
		return nil, err
	}
	parsed := map[string]*ast.Module{}
	var errs []error
	for _, s := range all {
		module, err := all.parseOne(s)
		parsed[s.name] = module
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	stage := newStage(fixtures)
	data, err := stage.data(modules)
	if err != nil {
		return nil, err
	}
	return all.test(ctx, parsed, inmem.NewFromObject(data), stage)
}

func (l library) test(ctx context.Context, parsed map[string]*ast.Module, store storage.Store, stage *stage) (*Tested, error) {
	compiler, err := newCompiler()
	if err != nil {
		return nil, err
	}
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("run the tests: %w", err)
	}
	defer store.Abort(ctx, txn)
	runner := tester.NewRunner().
		SetCompiler(compiler.WithEnablePrintStatements(true).WithRewriteTestRules(true)).
		SetStore(store).SetModules(parsed).SetTimeout(defaultTimeout).SetParallel(1).
		AddCustomBuiltins(stage.builtins()).RaiseBuiltinErrors(true).CapturePrintOutput(true).
		SetCoverageQueryTracer(stage)
	results, err := runner.RunTests(ctx, txn)
	if err != nil {
		return nil, l.explain(err)
	}
	t := &Tested{}
	for r := range results {
		t.Tests = append(t.Tests, TestResult{
			Name: r.Package + "." + r.Name, File: r.Location.File, Line: r.Location.Row,
			Passed: r.Pass(), Skipped: r.Skip, Err: r.Error, Output: string(r.Output),
		})
	}
	slices.SortFunc(t.Tests, func(a, b TestResult) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	t.Coverage = l.coverage(stage.Report(parsed))
	return t, nil
}

// coverage returns the coverage of the modules that are no tests.
func (l library) coverage(report cover.Report) []Coverage {
	var all []Coverage
	for _, s := range l {
		file := report.Files[s.name]
		if s.isTest() || file == nil {
			continue
		}
		c := Coverage{File: s.name, Percent: file.Coverage}
		for _, r := range file.NotCovered {
			lines := fmt.Sprint(r.Start.Row)
			if r.End.Row != r.Start.Row {
				lines = fmt.Sprintf("%d-%d", r.Start.Row, r.End.Row)
			}
			c.Missed = append(c.Missed, lines)
		}
		all = append(all, c)
	}
	return all
}
