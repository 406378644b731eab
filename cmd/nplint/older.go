package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/baseline"
	"github.com/nplint/nplint/lint/gitfs"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/report"
)

// older is the state that findings are compared with, under --new-from and
// --staged: the same input in a revision. Without these flags it is empty.
type older struct {
	revision string
	input    *load.Input
	trees    []*gitfs.FS
	// unchanged says that nothing is staged that could matter.
	unchanged bool
}

// older finds what to compare with. Under --staged the input is read from the
// index from now on.
func (f *flags) older(ctx context.Context, in *load.Input) (*older, error) {
	switch {
	case f.newFrom == "" && !f.staged:
		return &older{}, nil
	case errGit != nil:
		return nil, fmt.Errorf("--new-from and --staged need the program git: %w", errGit)
	case in.Stdin != nil:
		return nil, errors.New("--new-from and --staged read files of a repository, not standard input")
	case f.newFrom != "" && f.staged:
		return nil, errors.New("--staged compares with HEAD; leave out --new-from")
	}
	repo, err := gitfs.Open(ctx, git)
	if err != nil {
		return nil, err
	}
	old := &older{revision: f.newFrom}
	mount := path.Clean(strings.TrimSuffix(in.Dir, repo.Prefix()))
	before := *in
	if f.staged {
		old.revision = "HEAD"
		index, err := repo.Index(ctx, mount)
		if err != nil {
			return nil, err
		}
		old.trees = append(old.trees, index)
		in.FS = index
		in.Paths = existing(index, in.Paths)
		staged, err := repo.Staged(ctx)
		if err != nil {
			return nil, err
		}
		if old.unchanged = !slices.ContainsFunc(staged, func(name string) bool { return matters(index, path.Join(mount, name)) }); old.unchanged {
			return old, nil
		}
		if !repo.HasHead(ctx) {
			return old, nil
		}
	}
	tree, err := repo.Revision(ctx, old.revision, mount)
	if err != nil {
		return nil, err
	}
	old.trees = append(old.trees, tree)
	before.FS = tree
	before.Paths = existing(tree, before.Paths)
	old.input = &before
	return old, nil
}

// existing returns the paths that there are.
func existing(fsys fs.FS, paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		_, err := fs.Stat(fsys, p)
		return errors.Is(err, fs.ErrNotExist)
	})
}

// matters reports whether a change of a file can change what is found: a
// manifest, a kustomization, a configuration, or any file of a chart.
func matters(fsys fs.FS, name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json", ".tpl", ".rego":
		return true
	}
	switch path.Base(name) {
	case "Kustomization", ".gitignore":
		return true
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, err := fs.Stat(fsys, path.Join(dir, "Chart.yaml")); err == nil {
			return true
		}
	}
	return false
}

// hide takes off what was linted what is found in the older state too.
func (o *older) hide(ctx context.Context, s *settings, bundle string, l *linted) {
	if o.input == nil || len(o.input.Paths)+len(o.input.Bundles) == 0 {
		return
	}
	before, err := lintInput(ctx, s, *o.input, bundle)
	if err != nil {
		return // it has no such bundle, so that all is new
	}
	if before.trouble != nil {
		l.trouble = errors.Join(l.trouble, fmt.Errorf("lint %s: %w", o.revision, before.trouble))
	}
	same := func(name string) string { return name }
	l.hide(baseline.Of(before.diagnostics, same), same, "in "+o.revision+" already")
}

// close ends what reads from git.
func (o *older) close() {
	for _, tree := range o.trees {
		tree.Close()
	}
}

// writeEmpty writes a report without findings in the formats for programs.
func writeEmpty(std streams, s *settings, f *flags) error {
	r := &report.Report{Rules: s.rules, Version: version()}
	var err error
	for _, o := range s.outputs {
		if o.format != "text" && o.format != "concise" {
			err = errors.Join(err, o.write(std, r, s, f))
		}
	}
	return err
}
