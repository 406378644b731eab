package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/config"
	"github.com/nplint/nplint/lint/load"
)

// workdir is the working directory in a file system that begins at top: the
// root, or the volume on Windows.
type workdir struct{ top, dir string }

func newWorkdir() (workdir, error) {
	dir, err := os.Getwd()
	if err != nil {
		return workdir{}, fmt.Errorf("find the working directory: %w", err)
	}
	dir = resolved(dir)
	return workdir{filepath.VolumeName(dir) + string(filepath.Separator), dir}, nil
}

// resolved follows the symbolic links of a path, so that the same files have the
// same names by whatever way they are reached. What does not exist, or is a pipe,
// keeps its name.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// name returns the name in the file system of a path as users write it.
func (w workdir) name(path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = w.dir + string(filepath.Separator) + path
	}
	path = resolved(path)
	rel, err := filepath.Rel(w.top, filepath.Clean(path))
	if name := filepath.ToSlash(rel); err == nil && fs.ValidPath(name) {
		return name, nil
	}
	return "", fmt.Errorf("read %s: not below %s", path, w.top)
}

func (w workdir) names(paths []string) (names []string, err error) {
	for _, p := range paths {
		name, err := w.name(p)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// input says what to read for some path arguments: the whole file system, seen
// from the working directory.
func (f *flags) input(args []string, std streams) (load.Input, error) {
	w, err := newWorkdir()
	if err != nil {
		return load.Input{}, err
	}
	in := load.Input{FS: os.DirFS(w.top), Namespace: f.namespace, WorkloadKinds: f.kinds}
	if in.Dir, err = w.name(w.dir); err != nil {
		return load.Input{}, err
	}
	if in.Values, err = w.names(f.values); err != nil {
		return load.Input{}, err
	}
	for _, pattern := range f.exclude {
		in.Exclude = append(in.Exclude, path.Join(globEscaper.Replace(in.Dir), pattern))
	}
	if slices.Contains(args, "-") {
		if in.Stdin, err = readStdin(std); err != nil {
			return load.Input{}, err
		}
		args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-" })
	} else if len(args) == 0 {
		args = []string{"."}
	}
	if in.Paths, err = w.names(args); err != nil {
		return load.Input{}, err
	}
	return in, w.addBundles(&in, f.bundles)
}

// addBundles takes the configuration's bundles over: all of them without path
// arguments, otherwise those that have a path in, or around, one of these. If
// there is none, the paths are read as they are.
func (w workdir) addBundles(in *load.Input, bundles []config.Bundle) (err error) {
	if in.Stdin != nil {
		return nil
	}
	for _, b := range bundles {
		spec := load.Bundle{Name: b.Name}
		if spec.Paths, err = w.names(b.Paths); err != nil {
			return err
		}
		for _, c := range b.Charts {
			chart := load.Chart{Namespace: c.Namespace, Release: c.Release}
			if chart.Path, err = w.name(c.Path); err != nil {
				return err
			}
			if chart.Values, err = w.names(c.Values); err != nil {
				return err
			}
			spec.Charts = append(spec.Charts, chart)
		}
		if meets(spec, in.Paths) {
			in.Bundles = append(in.Bundles, spec)
		}
	}
	return nil
}

// meets reports whether a path of a bundle lies in one of some others, or the
// other way round.
func meets(b load.Bundle, paths []string) bool {
	own := b.Paths
	for _, c := range b.Charts {
		own = append(own[:len(own):len(own)], c.Path)
	}
	return slices.ContainsFunc(own, func(o string) bool {
		return slices.ContainsFunc(paths, func(p string) bool { return inside(o, p) || inside(p, o) })
	})
}

func inside(name, folder string) bool {
	return folder == "." || name == folder || strings.HasPrefix(name, folder+"/")
}

// globEscaper takes a folder's name literally within a pattern.
var globEscaper = strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, "{", `\{`, `\`, `\\`)

// roots returns the working directory and the root of the repository that the
// input is in, the working directory itself outside of one.
func roots(in load.Input) (dir, root string) {
	w, err := newWorkdir()
	if err != nil {
		return "", ""
	}
	dir = filepath.ToSlash(w.dir)
	first := in.Dir
	if len(in.Paths) > 0 {
		first = in.Paths[0]
	}
	for folder := filepath.Join(w.top, filepath.FromSlash(first)); ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil {
			return dir, filepath.ToSlash(folder)
		}
		if folder == filepath.Dir(folder) {
			return dir, dir
		}
	}
}
