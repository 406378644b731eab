package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// Input says what to read.
type Input struct {
	// FS holds all files; Dir is the working directory in it, and Paths are
	// the files and folders to read. All three use the names of package io/fs:
	// slashes, no leading one, "." for the top.
	FS    fs.FS
	Dir   string
	Paths []string
	// Stdin is read as one more root if it is not nil.
	Stdin []byte
	// Namespace is given to namespaced objects that name none.
	Namespace string
	// Exclude holds patterns for the names of files and folders not to read;
	// "**" stands for any number of folders.
	Exclude []string
	// Values are files that hold values for the one chart under the paths.
	Values []string
	// Bundles says what is analysed together. Then Paths is not read.
	Bundles []Bundle
	// WorkloadKinds are kinds that own pods beside those that are known.
	WorkloadKinds []WorkloadKind
	// MaxDocument is the size in bytes from which on a document is not parsed;
	// 0 stands for 32 MiB.
	MaxDocument int
}

// WorkloadKind is a kind of custom resource that owns pods, and the field of
// its pod template.
type WorkloadKind struct {
	Group, Kind string
	Template    manifest.Path
}

// Bundle says what one bundle is made of.
type Bundle struct {
	Name   string
	Paths  []string
	Charts []Chart
}

// Chart says what a chart is rendered with: its folder, files of values of which
// later ones win, and the namespace and name of the release.
type Chart struct {
	Path               string
	Values             []string
	Namespace, Release string
}

// Result is what was read.
type Result struct {
	Bundles []*manifest.Bundle
	// Passed is what was passed over because nobody would want it read, such
	// as what .gitignore names; a folder stands for all below it.
	Passed []manifest.Skipped
	// Files explains every file that was found.
	Files []Use
}

// Empty reports whether no Kubernetes object that matters was found, not even
// a broken one.
func (r *Result) Empty() bool {
	for _, b := range r.Bundles {
		if len(b.Objects) > 0 || len(b.Problems) > 0 {
			return false
		}
	}
	return true
}

const defaultMaxDocument = 32 << 20

// Load reads the input into bundles. The result is complete for all that could
// be read even if the error is not nil; the error joins one error for every
// file or folder that could not be.
func Load(ctx context.Context, in Input) (*Result, error) {
	if in.MaxDocument == 0 {
		in.MaxDocument = defaultMaxDocument
	}
	in.FS = newCache(in.FS)
	if len(in.Bundles) > 0 {
		return loadBundles(ctx, in)
	}
	c := collect(ctx, in, nil)
	if len(in.Values) > 0 && len(c.charts) != 1 {
		c.errs = append(c.errs, fmt.Errorf("values are for exactly one chart, and there are %d under the paths; say in the bundles of the configuration which are for which", len(c.charts)))
	}
	bundles := addCharts(divide(in.Dir, c.units), c.charts)
	for _, b := range bundles {
		b.Skipped = append(b.Skipped, c.skipped...)
	}
	markAlternatives(bundles)
	result := &Result{Bundles: bundles, Passed: c.passed, Files: uses(append(c.units, c.charts...), bundles, c.passed)}
	return result, errors.Join(c.errs...)
}

// loadBundles reads each bundle as the input says.
func loadBundles(ctx context.Context, in Input) (*Result, error) {
	result := &Result{}
	var units []unit
	var errs []error
	for _, spec := range in.Bundles {
		own := in
		own.Paths = spec.Paths
		c := collect(ctx, own, spec.Charts)
		b := &manifest.Bundle{Name: spec.Name, Skipped: c.skipped}
		for _, u := range append(c.units, c.charts...) {
			fill(b, u)
			units = append(units, u)
		}
		result.Bundles = append(result.Bundles, b)
		result.Passed = append(result.Passed, c.passed...)
		errs = append(errs, c.errs...)
	}
	markAlternatives(result.Bundles)
	result.Files = uses(units, result.Bundles, result.Passed)
	return result, errors.Join(errs...)
}

// collection is what some paths hold, before it is divided into bundles.
type collection struct {
	units, charts []unit
	skipped       []manifest.Skipped
	passed        []manifest.Skipped
	errs          []error
}

// collect reads what the paths of an input hold, and charts of which it is said
// what they are rendered with.
func collect(ctx context.Context, in Input, named []Chart) collection {
	w := newWalker(in)
	for _, p := range in.Paths {
		w.root(p)
	}
	for _, chart := range named {
		w.root(chart.Path)
	}
	w.follow()
	roots := w.claim()
	templates := newTemplates(in, w.charts)
	texts, errs := readAll(ctx, in, w.plain, templates)
	if in.Stdin != nil {
		stdin := &manifest.File{Name: "<stdin>", Data: in.Stdin}
		w.plain = append(w.plain, source{name: stdin.Name, root: stdin.Name})
		texts = append(texts, readFile(in, stdin, path.Join(in.Dir, stdin.Name), stdin.Name, templates))
	}
	c := collection{skipped: w.skipped, passed: w.passed, errs: append(append(w.errs, errs...), ctx.Err())}
	for i, t := range texts {
		if t != nil {
			c.units = append(c.units, unit{path: w.plain[i].name, reading: t})
		}
	}
	c.units = append(c.units, buildAll(in, w.kustoms, roots)...)
	c.charts = renderCharts(ctx, in, w.charts, named)
	all := placements(in, c.units)
	place(c.units, all)
	place(c.charts, all)
	return c
}

// renderCharts renders the charts in some folders, those that are named with
// what is said of them.
func renderCharts(ctx context.Context, in Input, dirs []string, named []Chart) []unit {
	units := make([]unit, len(dirs))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		chart := Chart{Path: dir, Values: in.Values}
		for _, n := range named {
			if n.Path == dir {
				chart = n
			}
		}
		slots <- struct{}{}
		wg.Go(func() {
			units[i] = unit{path: dir, as: "part of the chart " + display(in.Dir, dir), reading: buildChart(ctx, in, chart)}
			<-slots
		})
	}
	wg.Wait()
	return units
}

// readAll reads and parses the files on all cores. The results stand in the
// order of the files, nil where one could not be read.
func readAll(ctx context.Context, in Input, files []source, templates *templates) ([]*reading, []error) {
	texts := make([]*reading, len(files))
	errs := make([]error, len(files))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] != nil {
					continue
				}
				data, err := fs.ReadFile(in.FS, files[i].name)
				if err != nil {
					errs[i] = readError(in.Dir, files[i].name, err)
					continue
				}
				file := &manifest.File{Name: display(in.Dir, files[i].name), Data: data}
				texts[i] = readFile(in, file, files[i].name, files[i].root, templates)
				for _, o := range texts[i].objects {
					o.Beside = files[i].beside
				}
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	return texts, errs
}

// readError names a file as the user does.
func readError(dir, name string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &fs.PathError{Op: "read", Path: display(dir, name), Err: err}
}

// display returns a name relative to the working directory.
func display(dir, name string) string {
	up := ""
	for d := path.Clean(dir); d != "."; d = path.Dir(d) {
		if name == d {
			return path.Clean(up + ".")
		}
		if len(name) > len(d) && name[:len(d)] == d && name[len(d)] == '/' {
			return up + name[len(d)+1:]
		}
		up += "../"
	}
	return up + name
}
