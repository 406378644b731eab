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
	"github.com/nplint/nplint/lint/schema"
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

	used []used
	read []*manifest.Bundle // all of them, also if Bundles is cut down to one
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
	result := &Result{Bundles: bundles, Passed: c.passed, used: usedBy(nil, c.units, c.charts), read: bundles}
	return result, errors.Join(c.errs...)
}

// loadBundles reads each bundle as the input says.
func loadBundles(ctx context.Context, in Input) (*Result, error) {
	result := &Result{}
	var errs []error
	for _, spec := range in.Bundles {
		own := in
		own.Paths = spec.Paths
		c := collect(ctx, own, spec.Charts)
		b := &manifest.Bundle{Name: spec.Name, Skipped: c.skipped}
		for _, u := range append(c.units, c.charts...) {
			fill(b, u)
		}
		result.used = usedBy(result.used, c.units, c.charts)
		result.Bundles = append(result.Bundles, b)
		result.Passed = append(result.Passed, c.passed...)
		errs = append(errs, c.errs...)
	}
	markAlternatives(result.Bundles)
	result.read = result.Bundles
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
	templates := newTemplates(in)
	pool := newPool(ctx, in, templates)
	w := newWalker(in, pool.add)
	for _, p := range in.Paths {
		w.root(p)
	}
	for _, chart := range named {
		w.root(chart.Path)
	}
	w.follow()
	templates.among(w.charts)
	roots := w.claim()
	pool.wait()
	if in.Stdin != nil {
		stdin := &manifest.File{Name: "<stdin>", Data: in.Stdin}
		r := newReader(in, stdin.Name, new(schema.Blocks))
		r.templates = templates
		r.file(stdin, path.Join(in.Dir, stdin.Name))
		w.plain = append(w.plain, &source{name: stdin.Name, reading: r.reading})
	}
	c := collection{skipped: w.skipped, passed: w.passed, errs: w.errs}
	for _, s := range w.plain {
		c.errs = append(c.errs, s.err)
		if s.reading == nil {
			continue
		}
		for _, o := range s.objects {
			o.Beside = s.beside
		}
		c.units = append(c.units, unit{path: s.name, reading: s.reading})
	}
	c.errs = append(c.errs, ctx.Err())
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
