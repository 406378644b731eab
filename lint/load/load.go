package load

import (
	"context"
	"errors"
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
	// Exclude holds patterns, relative to Dir, of files and folders not to
	// read; "**" stands for any number of folders.
	Exclude []string
	// MaxDocument is the size in bytes from which on a document is not parsed;
	// 0 stands for 32 MiB.
	MaxDocument int
}

// Result is what was read.
type Result struct {
	Bundles []*manifest.Bundle
	// Passed counts what was passed over because nobody would want it read:
	// by reason, such as "ignored by .gitignore" or "not a Kubernetes object".
	Passed map[string]int
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
	w := newWalker(in)
	for _, p := range in.Paths {
		w.root(p)
	}
	w.follow()
	roots := w.claim()
	templates := newTemplates(in, w.charts)
	texts, errs := readAll(ctx, in, w.plain, templates)
	if in.Stdin != nil {
		stdin := &manifest.File{Name: "<stdin>", Data: in.Stdin}
		w.plain = append(w.plain, source{stdin.Name, stdin.Name})
		texts = append(texts, readFile(in, stdin, path.Join(in.Dir, stdin.Name), stdin.Name, templates))
	}
	var units []unit
	for i, t := range texts {
		if t != nil {
			units = append(units, unit{w.plain[i].name, t})
			w.passed["not a Kubernetes object that matters"] += t.passed
		}
	}
	for _, k := range roots {
		units = append(units, unit{path.Dir(k.name), buildKustomization(in, k.name)})
	}
	bundles := divide(units)
	charts := renderCharts(ctx, in, w.charts)
	errs = append(errs, ctx.Err())
	for _, u := range charts {
		w.passed["not a Kubernetes object that matters"] += u.passed
	}
	bundles = addCharts(bundles, charts)
	for _, b := range bundles {
		b.Skipped = append(b.Skipped, w.skipped...)
	}
	return &Result{Bundles: bundles, Passed: w.passed}, errors.Join(append(w.errs, errs...)...)
}

// renderCharts renders the charts in some folders.
func renderCharts(ctx context.Context, in Input, dirs []string) []unit {
	units := make([]unit, len(dirs))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		slots <- struct{}{}
		wg.Go(func() {
			units[i] = unit{dir, buildChart(ctx, in, dir, chartOptions{})}
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
