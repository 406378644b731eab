package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/fix"
	"github.com/nplint/nplint/lint/load"
)

// fixer applies fixes up to a class. It works in memory, and writes what comes
// out of it at the end.
type fixer struct {
	most     fix.Class
	options  *lint.Options
	overlay  *overlay
	dir      string
	original map[string][]byte // files that were changed, nil for new ones
	applied  []string
	left     []unfixed // of the last round, in the order of the findings
}

// fixClass returns the class up to which fixes are asked for; ok is false if
// none are.
func (f *flags) fixClass() (most fix.Class, ok bool, err error) {
	switch f.fix {
	case "":
		return fix.Widen, f.diff, nil
	case "safe":
		return fix.Safe, true, nil
	case "tighten":
		return fix.Tighten, true, nil
	case "all":
		return fix.Widen, true, nil
	}
	return 0, false, fmt.Errorf("--fix: unknown class %q; use safe, tighten or all", f.fix)
}

// maxRounds bounds how often the outcome is linted and fixed again.
const maxRounds = 10

// run lints an input and fixes it until nothing is left to be fixed. It returns
// what there was at first and what is left.
func (x *fixer) run(ctx context.Context, in load.Input, lintOnce func(load.Input) (*linted, error)) (first, last *linted, err error) {
	x.overlay = &overlay{FS: in.FS, files: map[string][]byte{}}
	x.dir, x.original = in.Dir, map[string][]byte{}
	in.FS = x.overlay
	for range maxRounds {
		if last, err = lintOnce(in); err != nil {
			return nil, nil, err
		}
		if first == nil {
			first = last
		}
		if again, err := x.round(ctx, last); !again || err != nil {
			return first, last, err
		}
	}
	last, err = lintOnce(in)
	return first, last, err
}

// round applies fixes as far as they do not overlap, and reports whether there
// were any.
func (x *fixer) round(ctx context.Context, l *linted) (bool, error) {
	world := fix.NewWorld(l.read.Bundles, x.options)
	x.left = nil
	for i := range l.diagnostics {
		if err := x.mend(ctx, world, &l.diagnostics[i]); err != nil {
			return false, err
		}
	}
	files := world.Files()
	for _, f := range files {
		if _, seen := x.original[f.Name]; !seen {
			x.original[f.Name] = f.Old
		}
		x.overlay.files[path.Join(x.dir, f.Name)] = f.New
	}
	return len(files) > 0, nil
}

// mend applies the first fix of a finding that can be applied, or remembers why
// there is none.
func (x *fixer) mend(ctx context.Context, world *fix.World, d *lint.Diagnostic) error {
	var left *unfixed
	for i := range d.Fixes {
		f := &d.Fixes[i]
		why, err := x.try(ctx, world, d, f)
		if err != nil || why == "" {
			return err
		}
		if why != fix.ErrByHand.Error() && (left == nil || left.fix.Class == "" && f.Class != "") {
			left = &unfixed{d, f, why}
		}
	}
	if left != nil {
		x.left = append(x.left, *left)
	}
	return nil
}

// try applies a fix if it can be and its class is among those asked for, or says
// why not.
func (x *fixer) try(ctx context.Context, world *fix.World, d *lint.Diagnostic, f *lint.Fix) (why string, err error) {
	change, err := fix.Plan(*f)
	if err == nil {
		err = x.writable(change)
	}
	if err != nil {
		return err.Error(), nil
	}
	effect, err := world.Effect(ctx, change)
	if errors.Is(err, fix.ErrNotRead) || errors.Is(err, fix.ErrOverlap) {
		return err.Error(), nil
	}
	if err != nil {
		return "", err
	}
	f.Edits, f.Class = change.Edits, effect.Class.String()
	if effect.Class > x.most {
		return above(effect.Class), nil
	}
	if err := world.Accept(ctx, change); err != nil {
		return err.Error(), nil
	}
	names := change.Names()
	line := fmt.Sprintf("%s: %s [%s], %s", strings.Join(names, ", "), f.Message, d.Rule.Name, effect.Class)
	x.applied = append(x.applied, line)
	return "", nil
}

// writable returns an error if a change is not one of files on disk, or adds a
// file that is there.
func (x *fixer) writable(c *fix.Change) error {
	if c.NewFile != nil {
		if _, err := x.overlay.Stat(path.Join(x.dir, c.NewFile.Name)); err == nil {
			return fmt.Errorf("the new file %s is there already", c.NewFile.Name)
		}
	}
	if slices.ContainsFunc(c.Names(), func(name string) bool { return strings.HasPrefix(name, "<") }) {
		return errors.New("it was read from standard input")
	}
	return nil
}

// names returns the files that are different now, sorted.
func (x *fixer) names() []string {
	var names []string
	for name := range x.original {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (x *fixer) text(name string) []byte { return x.overlay.files[path.Join(x.dir, name)] }

// write writes the files, and tells what was done.
func (x *fixer) write(w io.Writer) error {
	for _, name := range x.names() {
		old := x.original[name]
		file := filepath.FromSlash(name)
		if now, err := os.ReadFile(file); old != nil && (err != nil || !bytes.Equal(now, old)) {
			return fmt.Errorf("%s is not what was linted; nothing was written to it", name)
		}
		if err := fix.Write(file, x.text(name)); err != nil {
			return err
		}
	}
	for _, line := range x.applied {
		fmt.Fprintln(w, "fixed", line)
	}
	return nil
}

// diff shows what would be written as patches.
func (x *fixer) diff(w io.Writer) error {
	for _, name := range x.names() {
		old := "a/" + name
		if x.original[name] == nil {
			old = "/dev/null"
		}
		patch := diff.Diff(old, x.original[name], "b/"+name, x.text(name))
		if _, rest, found := bytes.Cut(patch, []byte("\n")); found {
			patch = rest // the line that begins with "diff"
		}
		if _, err := w.Write(patch); err != nil {
			return err
		}
	}
	return nil
}
