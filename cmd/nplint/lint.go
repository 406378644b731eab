package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/fix"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/report"
	"github.com/nplint/nplint/lint/work"
)

// runLint lints the paths and returns the exit status. Findings are printed
// also when something could not be read or a rule failed.
func runLint(ctx context.Context, f *flags, args []string, std streams) (int, error) {
	f.progress = newProgress(std, f.quiet)
	if f.verbose {
		work.Start()
	}
	defer f.progress.end()
	s, err := f.check(f.registry)
	if err != nil {
		return 0, err
	}
	in, err := f.input(args, std)
	if err != nil {
		return 0, err
	}
	old, err := f.older(ctx, &in)
	if err != nil {
		return 0, err
	}
	defer old.close()
	if old.unchanged {
		return statusClean, writeEmpty(std, s, f)
	}
	lintOnce := func(in load.Input) (*linted, error) {
		l, err := lintInput(ctx, s, in, f.bundle)
		if err != nil {
			return nil, err
		}
		old.hide(ctx, s, f.bundle, l)
		if f.baseline != "" {
			err = l.hideBaseline(f.baseline, s.rules)
		}
		return l, err
	}
	l, err := f.lintAndFix(ctx, s, in, lintOnce, std)
	if err != nil {
		return 0, err
	}
	r, trouble := l.report(s), l.trouble
	if l.read.Empty() && !f.allowEmpty && !f.staged && trouble == nil {
		trouble = noManifest(args, r)
	}
	r.Failed = trouble != nil
	s.progress.begin("explain", "witnesses")
	if slices.ContainsFunc(s.outputs, func(o output) bool { return o.format == "sarif" }) {
		r.Explanations = l.explanations(s.options)
	}
	s.progress.end()
	s.progress.begin("write", "reports")
	for _, o := range s.outputs {
		if f.diff && o.file == "" {
			continue // the patch goes there
		}
		trouble = errors.Join(trouble, o.write(std, r, s, f))
	}
	s.progress.end()
	if f.verbose {
		printPassed(std.err, l.read)
		fmt.Fprintln(std.err, s.progress.times())
		fmt.Fprintln(std.err, "work:", work.Done())
	}
	switch {
	case trouble != nil:
		return 0, trouble
	case !f.exitZero && fails(r, s.failOn):
		return statusFindings, nil
	}
	return statusClean, nil
}

// lintAndFix lints an input, applies or shows the fixes that are asked for, and
// returns what is left of the findings; with --diff, all of them.
func (f *flags) lintAndFix(ctx context.Context, s *settings, in load.Input, lintOnce func(load.Input) (*linted, error), std streams) (*linted, error) {
	most, asked, err := f.fixClass()
	if err != nil {
		return nil, err
	}
	if !asked {
		l, err := lintOnce(in)
		if err == nil && slices.ContainsFunc(s.outputs, func(o output) bool { return o.format == "json" || o.format == "sarif" }) {
			l.planFixes()
		}
		return l, err
	}
	x := &fixer{most: most, options: s.options}
	first, last, err := x.run(ctx, in, lintOnce)
	if err != nil {
		return nil, err
	}
	s.progress.end() // what is told of fixes must not stand behind it
	said := std.err
	if f.quiet {
		said = io.Discard
	}
	defer x.printUnfixed(said, f.verbose)
	if f.diff {
		return first, x.diff(std.out)
	}
	if err := x.write(said); err != nil || len(x.applied) == 0 {
		return last, err
	}
	return last, printConnectivity(ctx, said, first, last, s.options, f.verbose)
}

// planFixes fills in the edits of the fixes that can be applied, on all cores.
func (l *linted) planFixes() {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(l.diagnostics)); i = next.Add(1) - 1 {
				l.diagnostics[i].Fixes = planned(l.diagnostics[i].Fixes)
			}
		})
	}
	wg.Wait()
}

// planned returns fixes with their edits. Findings may share the ones without.
func planned(fixes []lint.Fix) []lint.Fix {
	fixes = slices.Clone(fixes)
	for i, f := range fixes {
		if change, err := fix.Plan(f); err == nil {
			fixes[i].Edits = change.Edits
		}
	}
	return fixes
}

func readStdin(std streams) ([]byte, error) {
	data, err := io.ReadAll(std.in)
	if err != nil {
		return nil, fmt.Errorf("read standard input: %w", err)
	}
	return append([]byte{}, data...), nil
}

// noManifest says that nothing was found, which is more often a wrong path
// than a wish.
func noManifest(args []string, r *report.Report) error {
	where := strings.Join(args, ", ")
	if where == "" {
		where = "the working directory"
	}
	if len(r.Skipped) > 0 {
		return fmt.Errorf("no manifest that nplint can read in %s, only what is listed as not analysed", where)
	}
	return fmt.Errorf("no Kubernetes manifest found in %s; --allow-empty accepts that", where)
}

// printPassed says what the walk passed over, and how much of it.
func printPassed(w io.Writer, read *load.Result) {
	files := 0
	for _, u := range read.Files() {
		if len(u.Bundles) > 0 {
			files++
		}
	}
	fmt.Fprintf(w, "files read: %d; `nplint files` lists them\n", files)
	for _, reason := range read.PassedReasons() {
		fmt.Fprintf(w, "passed over: %s\n", reason)
	}
}

func fails(r *report.Report, threshold lint.Severity) bool {
	return slices.ContainsFunc(r.Diagnostics, func(d lint.Diagnostic) bool { return d.Severity >= threshold })
}
