package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/baseline"
)

func newBaseline(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "accept the findings that there are, and report only new ones",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := func(use, short string, run func(ctx context.Context, f *flags, args []string) error) {
		f := &flags{}
		sub := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			if f.baseline == "" {
				f.baseline = baseline.FileName
			}
			return run(cmd.Context(), f, args)
		}}
		f.registerRules(sub)
		f.registerWorld(sub)
		f.registerInput(sub)
		f.registerBaseline(sub)
		cmd.AddCommand(sub)
	}
	add("create [PATH|-]...", "write a baseline of the findings that there are", func(ctx context.Context, f *flags, args []string) error {
		if _, err := os.Stat(f.baseline); err == nil {
			return fmt.Errorf("%s is there already; `nplint baseline update` brings it up to date", f.baseline)
		}
		return writeBaseline(ctx, f, args, std)
	})
	add("update [PATH|-]...", "bring a baseline up to date: add what is new, drop what is gone", func(ctx context.Context, f *flags, args []string) error {
		return writeBaseline(ctx, f, args, std)
	})
	add("show", "list what a baseline holds", func(_ context.Context, f *flags, _ []string) error {
		return showBaseline(f.baseline, std)
	})
	return cmd
}

// registerBaseline registers the flag that names the baseline.
func (f *flags) registerBaseline(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.baseline, "baseline", "", "`FILE` of findings that are accepted for now, see `nplint baseline`")
}

// writeBaseline writes a baseline of what is found now.
func writeBaseline(ctx context.Context, f *flags, args []string, std streams) error {
	s, err := f.checkRules(f.registry)
	if err != nil {
		return err
	}
	in, err := f.input(args, std)
	if err != nil {
		return err
	}
	l, err := lintInput(ctx, s, in, f.bundle)
	if err != nil {
		return err
	}
	if l.trouble != nil {
		return fmt.Errorf("the baseline is not written, because findings would be missing from it: %w", l.trouble)
	}
	if l.read.Empty() {
		return noManifest(args, l.report(s))
	}
	old, err := readBaseline(f.baseline)
	if errors.Is(err, fs.ErrNotExist) {
		old = baseline.Of(nil, nil)
	} else if err != nil {
		return err
	}
	name := seenFrom(filepath.Dir(f.baseline))
	fresh, _, stale := old.New(l.diagnostics, name)
	b := baseline.Of(l.diagnostics, name)
	data, err := b.Format()
	if err == nil {
		err = os.WriteFile(f.baseline, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	_, err = fmt.Fprintf(std.out, "wrote %s: %d findings, %d added, %d dropped\n", f.baseline, b.Len(), len(fresh), countOf(stale))
	return err
}

func showBaseline(file string, std streams) error {
	b, err := readBaseline(file)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, e := range b.Entries() {
		what := e.File
		if what == "" {
			what = strings.TrimPrefix(e.Namespace+"/"+e.Kind+"/"+e.Name, "/")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", what, e.Rule, e.Path, e.Count)
	}
	return w.Flush()
}

func readBaseline(file string) (*baseline.Baseline, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w; `nplint baseline create` writes one", err)
	}
	b, err := baseline.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read the baseline %s: %w", file, err)
	}
	return b, nil
}

// seenFrom returns names of files as they are seen from a folder: a baseline
// does not depend on where nplint is started.
func seenFrom(dir string) func(string) string {
	return func(name string) string {
		if rel, err := filepath.Rel(dir, filepath.FromSlash(name)); err == nil && !strings.HasPrefix(name, "<") {
			return filepath.ToSlash(rel)
		}
		return name
	}
}

// hideBaseline takes the findings of a baseline file off what was linted. An
// entry is stale if its rule ran over all of the input and found less.
func (l *linted) hideBaseline(file string, ran []*lint.Rule) error {
	b, err := readBaseline(file)
	if err != nil {
		return err
	}
	stale := l.hide(b, seenFrom(filepath.Dir(file)), "in the baseline")
	if !l.partial {
		l.stale += countOf(slices.DeleteFunc(stale, func(e baseline.Entry) bool {
			return !slices.ContainsFunc(ran, func(r *lint.Rule) bool { return r.Name == e.Rule })
		}))
	}
	return nil
}

// hide takes the findings that a baseline knows off what was linted, and returns
// what it knows beside. where says, behind their number, where they are from.
func (l *linted) hide(b *baseline.Baseline, name func(string) string, where string) []baseline.Entry {
	fresh, known, stale := b.New(l.diagnostics, name)
	l.diagnostics = fresh
	if known > 0 {
		l.known += known
		l.where = append(l.where, fmt.Sprintf("%d %s", known, where))
	}
	return stale
}

func countOf(entries []baseline.Entry) int {
	n := 0
	for _, e := range entries {
		n += e.Count
	}
	return n
}
