package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/ignore"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/report"
)

// linted is what an input holds and what the rules found in it.
type linted struct {
	input       load.Input
	read        *load.Result
	graphs      []*graph.Graph // of the bundles
	diagnostics []lint.Diagnostic
	suppressed  int
	known       int      // findings that are not new
	where       []string // how many of them are in the baseline, and how many in a revision
	stale       int      // findings of the baseline that are no more
	// partial says that findings may be missing: only one bundle was asked for,
	// or there was trouble.
	partial bool
	// trouble is what could not be read or done; the rest is complete.
	trouble error
}

// lintInput runs the rules over an input, or over one bundle of it, applies the
// suppressions to what each bundle gives, and merges the rest.
func lintInput(ctx context.Context, s *settings, in load.Input, bundle string) (*linted, error) {
	l := &linted{input: in}
	var err error
	s.progress.begin("read", "manifests")
	allowGarbage(garbageOfReading)
	l.read, err = load.Load(ctx, in)
	allowGarbage(garbageOfRules)
	l.trouble = errors.Join(s.trouble, err)
	if bundle != "" {
		if l.read.Bundles, err = onlyBundle(l.read.Bundles, bundle); err != nil {
			return nil, err
		}
	}
	suppressions := ignore.New(s.registry, s.today, s.ignores)
	var all []lint.Diagnostic
	said := map[string]bool{}
	for i, b := range l.read.Bundles {
		place := fmt.Sprintf("bundle %s, %d of %d", b.Name, i+1, len(l.read.Bundles))
		s.progress.begin("link", place)
		g := graph.New(b.Objects)
		s.progress.begin("check", place)
		found, err := lint.Run(ctx, s.rules, b, g, s.options)
		l.trouble = errors.Join(l.trouble, unsaid(said, err))
		l.graphs = append(l.graphs, g)
		all = append(all, suppressions.Apply(b, found)...)
	}
	s.progress.begin("merge", "findings")
	l.partial = bundle != "" || l.trouble != nil
	all = append(all, suppressions.Report(s.rules, s.options, l.partial)...)
	l.suppressed = suppressions.Suppressed()
	l.diagnostics = lint.Merge(all)
	return l, nil
}

// unsaid returns the errors of a run that were not said for an earlier bundle: a
// module that does not compile fails for all of them.
func unsaid(said map[string]bool, err error) error {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var fresh []error
	for _, e := range all {
		if e != nil && !said[e.Error()] {
			said[e.Error()] = true
			fresh = append(fresh, e)
		}
	}
	return errors.Join(fresh...)
}

// report returns what there is to say of it.
func (l *linted) report(s *settings) *report.Report {
	r := &report.Report{Rules: s.rules, Version: version(), Diagnostics: l.diagnostics}
	r.Dir, r.Root = roots(l.input)
	for i, b := range l.read.Bundles {
		g := l.graphs[i]
		r.Skipped = append(r.Skipped, b.Skipped...)
		r.Summary.Policies += len(g.Policies) + len(g.Admin) + unmodelled(g)
		r.Summary.Workloads += len(g.Workloads)
		r.Summary.Namespaces += len(g.Namespaces)
	}
	r.Known = l.where
	r.Summary.Bundles = len(l.read.Bundles)
	r.Summary.Suppressed, r.Summary.Baselined, r.Summary.Stale = l.suppressed, l.known, l.stale
	r.Summary.Count(r.Diagnostics)
	return r
}

// onlyBundle returns the bundle of a name.
func onlyBundle(bundles []*manifest.Bundle, name string) ([]*manifest.Bundle, error) {
	var names []string
	for _, b := range bundles {
		if b.Name == name {
			return []*manifest.Bundle{b}, nil
		}
		names = append(names, b.Name)
	}
	return nil, fmt.Errorf("--bundle: there is no bundle %q, only %s", name, strings.Join(names, ", "))
}

func unmodelled(g *graph.Graph) int {
	n := len(g.ClusterWide)
	for _, namespace := range g.Namespaces {
		n += len(namespace.Unmodelled)
	}
	return n
}
