package load

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/nplint/nplint/lint/manifest"
)

// source is a file to read as plain manifests, and the root that it is of.
// beside is the kustomization that it lies next to or below although none
// refers to it.
type source struct {
	name, root, beside string

	*reading       // what it held, nil if it was not read
	err      error // why it could not be read
}

// walker finds the files to read. It lists them first, because whether a file
// is a plain manifest may be decided by a kustomization in another folder.
type walker struct {
	in      Input
	found   func(*source) // called for each of plain
	plain   []*source
	links   []source        // symbolic links among the files
	seen    map[string]bool // files that are listed
	named   map[string]bool // files that a path argument names
	kustoms []*kustomization
	charts  []string // folders
	ignores []gitignore
	skipped []manifest.Skipped
	passed  []manifest.Skipped
	errs    []error
}

func newWalker(in Input, found func(*source)) *walker {
	return &walker{in: in, found: found, seen: map[string]bool{}, named: map[string]bool{}}
}

// root lists one path argument. It is read whatever its name and whatever
// ignores it. A folder is a root of its own; files that are named one by one
// are a root together, as `kubectl apply -f a.yaml -f b.yaml` takes them.
func (w *walker) root(name string) {
	info, err := fs.Stat(w.in.FS, name)
	if err != nil {
		w.errs = append(w.errs, readError(w.in.Dir, name, err))
		return
	}
	if !info.IsDir() {
		w.named[name] = true
		w.file(name, "")
		return
	}
	w.ignores = w.outerIgnores(name)
	w.dir(name, display(w.in.Dir, name))
}

// dir lists what stands below a folder, in lexical order.
func (w *walker) dir(name, root string) {
	entries, err := fs.ReadDir(w.in.FS, name)
	if err != nil {
		w.errs = append(w.errs, readError(w.in.Dir, name, err))
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	if slices.Contains(names, "Chart.yaml") {
		if !slices.Contains(w.charts, name) {
			w.charts = append(w.charts, name)
		}
		return
	}
	if slices.Contains(names, ".gitignore") {
		if data, err := fs.ReadFile(w.in.FS, path.Join(name, ".gitignore")); err == nil {
			w.ignores = append(w.ignores, parseGitignore(name, data))
			defer func(n int) { w.ignores = w.ignores[:n] }(len(w.ignores) - 1)
		}
	}
	for _, e := range entries {
		w.entry(path.Join(name, e.Name()), e, root)
	}
}

func (w *walker) entry(name string, e fs.DirEntry, root string) {
	if reason := w.passes(name, e); reason != "" {
		w.pass(name, reason)
		return
	}
	switch {
	case e.IsDir():
		w.dir(name, root)
	case !isManifest(e.Name()) && !isKustomization(e.Name()):
	case e.Type()&fs.ModeSymlink != 0:
		w.links = append(w.links, source{name: name, root: root})
	case e.Type().IsRegular():
		w.file(name, root)
	default:
		w.skip(name, "neither a file nor a folder")
	}
}

// passes returns why the walk passes over an entry, "" if it does not.
func (w *walker) passes(name string, e fs.DirEntry) string {
	if e.IsDir() {
		switch base := e.Name(); {
		case base == "vendor" || base == "node_modules":
			return "in vendor or node_modules"
		case strings.HasPrefix(base, "."):
			return "in a hidden folder"
		}
	} else if !isManifest(e.Name()) && !isKustomization(e.Name()) {
		return ""
	}
	if ignored(w.ignores, name, e.IsDir()) {
		return "ignored by .gitignore"
	}
	for _, pattern := range w.in.Exclude {
		if match, err := doublestar.Match(pattern, name); err == nil && match {
			return "excluded"
		}
	}
	return ""
}

// follow lists the symbolic links to files that are not read by their own
// name. A link to a folder is not followed, as kubectl does not either.
func (w *walker) follow() {
	for _, l := range w.links {
		target := w.target(l.name)
		info, err := fs.Stat(w.in.FS, l.name)
		switch {
		case err != nil:
			w.errs = append(w.errs, readError(w.in.Dir, l.name, err))
		case info.IsDir():
			w.skip(l.name, "symbolic link to a folder is not followed; name it as a path of its own")
		case w.seen[target]:
			w.pass(l.name, "symbolic link to a file that is read anyway")
		default:
			w.file(l.name, l.root)
			w.seen[target] = true
		}
	}
}

// target follows a symbolic link to the name of its file.
func (w *walker) target(name string) string {
	for range 40 {
		to, err := fs.ReadLink(w.in.FS, name)
		if err != nil {
			break
		}
		if strings.HasPrefix(to, "/") {
			name = path.Clean(to[1:])
		} else {
			name = path.Join(path.Dir(name), to)
		}
	}
	return name
}

func (w *walker) file(name, root string) {
	if w.seen[name] {
		return
	}
	w.seen[name] = true
	if isKustomization(path.Base(name)) {
		data, err := fs.ReadFile(w.in.FS, name)
		if err != nil {
			w.errs = append(w.errs, readError(w.in.Dir, name, err))
			return
		}
		k, err := parseKustomization(w.in, name, &manifest.File{Name: display(w.in.Dir, name), Data: data})
		if err != nil {
			k = &kustomization{name: name}
		}
		if k != nil {
			w.kustoms = append(w.kustoms, k)
			return
		}
	}
	s := &source{name: name, root: root}
	w.plain = append(w.plain, s)
	w.found(s)
}

func (w *walker) skip(name, reason string) {
	w.skipped = append(w.skipped, manifest.Skipped{File: display(w.in.Dir, name), Reason: reason})
}

func (w *walker) pass(name, reason string) {
	w.passed = append(w.passed, manifest.Skipped{File: display(w.in.Dir, name), Reason: reason})
}

// outerIgnores reads the .gitignore files above a folder up to its git root.
func (w *walker) outerIgnores(name string) []gitignore {
	var files []gitignore
	for dir := name; ; dir = path.Dir(dir) {
		if dir != name {
			if data, err := fs.ReadFile(w.in.FS, path.Join(dir, ".gitignore")); err == nil {
				files = append(files, parseGitignore(dir, data))
			}
		}
		if _, err := fs.Stat(w.in.FS, path.Join(dir, ".git")); err == nil {
			slices.Reverse(files)
			return files
		}
		if dir == "." {
			return nil
		}
	}
}

func isManifest(base string) bool {
	switch strings.ToLower(path.Ext(base)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// claim takes the files that belong to a kustomization off the list and
// returns the kustomizations to build: those that no other one refers to, and
// one of each circle. The resources of a Component that nobody refers to are
// plain manifests.
func (w *walker) claim() []*kustomization {
	used := map[string]bool{}
	for _, k := range w.kustoms {
		for _, r := range k.refs {
			if r.resource {
				used[r.name] = true
			}
		}
	}
	owned := map[string]bool{}
	byDir := map[string]*kustomization{}
	for _, k := range w.kustoms {
		byDir[path.Dir(k.name)] = k
		free := k.component && !used[path.Dir(k.name)]
		for _, r := range k.refs {
			owned[r.name] = owned[r.name] || !free || !r.resource
		}
	}
	reached := map[*kustomization]bool{}
	var reach func(k *kustomization)
	reach = func(k *kustomization) {
		if k == nil || reached[k] {
			return
		}
		reached[k] = true
		for _, r := range k.refs {
			reach(byDir[r.name])
		}
	}
	var roots []*kustomization
	for _, free := range []bool{true, false} {
		for _, k := range w.kustoms {
			if !k.component && !reached[k] && used[path.Dir(k.name)] != free {
				roots = append(roots, k)
				reach(k)
			}
		}
	}
	w.plain = slices.DeleteFunc(w.plain, func(s *source) bool { return owned[s.name] && !w.named[s.name] })
	for _, s := range w.plain {
		if k := nearest(byDir, s.name); k != nil && k.node != nil && !k.component && !w.named[s.name] {
			s.beside = display(w.in.Dir, k.name)
		}
	}
	return roots
}

// nearest returns the kustomization in the folder of a file or closest above.
func nearest(byDir map[string]*kustomization, name string) *kustomization {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if k := byDir[dir]; k != nil || dir == "." {
			return k
		}
	}
}
