package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/nplint/nplint/lint/manifest"
)

// tree is the read-only file system that one Kustomize build sees. The library
// carries the line numbers of nodes through the whole build, so the tree makes
// them unique over all files: it puts blank lines before every document of a
// manifest. A line of the result then names a file and a line in it.
type tree struct {
	in      Input
	known   map[string]*kustomization // which were parsed before
	kustoms map[string]*kustomization // by the name of their file
	files   map[string]*manifest.File
	padded  map[string]bool // manifests and patches, by name
	bases   []base          // ascending
	next    int
	schema  bool // a kustomization brings its own schema
	skipped []manifest.Skipped
	objects int            // read so far
	depth   map[string]int // of the folders of kustomizations below the root
	limit   error          // that the tree has reached
	outline
}

// base is the first line number of a file's lines, less one.
type base struct {
	line int
	file *manifest.File
	// inner is the line of the file that the text begins after: patches
	// written within a kustomization.
	inner int
}

// firstBase is larger than any line number that a node has by itself: those of
// texts that are not padded, such as patches that are lists of operations.
const firstBase = 5000

func newTree(in Input, known map[string]*kustomization) *tree {
	return &tree{
		in: in, known: known, next: firstBase, kustoms: map[string]*kustomization{},
		files: map[string]*manifest.File{}, padded: map[string]bool{}, depth: map[string]int{},
	}
}

// position is a place in a file that the user knows.
type position struct {
	file         *manifest.File
	line, column int
}

// place returns where a node of the result stands, false for one whose line was
// lost or set by a transformer.
func (t *tree) place(n *yaml.Node) (position, bool) {
	if n == nil || n.Line <= firstBase {
		return position{}, false
	}
	i, found := slices.BinarySearchFunc(t.bases, n.Line, func(b base, line int) int { return b.line - line })
	if !found {
		i--
	}
	if i < 0 {
		return position{}, false
	}
	b := t.bases[i]
	return position{b.file, n.Line - b.line + b.inner, n.Column + indentOf(b.file, b.inner)}, true
}

// indentOf returns the indent of a text that begins after a line, 0 for a whole
// file.
func indentOf(file *manifest.File, inner int) int {
	if inner == 0 {
		return 0
	}
	line := file.Line(inner + 1)
	return len(line) - len(strings.TrimLeft(line, " "))
}

// span returns the place of a key at a position, or of what else stands there.
func (p position) span(key string) manifest.Span {
	return manifest.SpanOn(p.file, p.line, p.column, key)
}

// pad returns the text of a file with unique line numbers. Line feeds come
// before the first document and after every separator, because the library
// counts lines per document.
func (t *tree) pad(file *manifest.File) []byte {
	text := bytes.ReplaceAll(file.Data, []byte("\r\n"), []byte("\n"))
	if trimmed := bytes.TrimLeft(text, " \t\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return text
	}
	from := t.reserve(file, 0, bytes.Count(text, []byte("\n")))
	var out bytes.Buffer
	lines := bytes.SplitAfter(text, []byte("\n"))
	if !startsWithSeparator(text) {
		pad(&out, from)
	}
	for i, line := range lines {
		out.Write(line)
		if bytes.HasPrefix(line, []byte("---")) {
			pad(&out, from+i+1)
		}
	}
	return out.Bytes()
}

func pad(out *bytes.Buffer, n int) { out.Write(bytes.Repeat([]byte("\n"), n)) }

func startsWithSeparator(text []byte) bool {
	return bytes.HasPrefix(text, []byte("---")) || bytes.HasPrefix(text, []byte("%")) || bytes.HasPrefix(text, []byte("\xEF\xBB\xBF"))
}

// reserve gives a text its range of line numbers.
func (t *tree) reserve(file *manifest.File, inner, lines int) int {
	for _, b := range t.bases {
		if b.file == file && b.inner == inner {
			return b.line
		}
	}
	from := t.next
	t.bases = append(t.bases, base{from, file, inner})
	t.next += lines + 2
	return from
}

// file returns a file as it was read.
func (t *tree) file(name string) (*manifest.File, error) {
	if f := t.files[name]; f != nil {
		return f, nil
	}
	if k := t.known[name]; k != nil && k.file != nil {
		t.files[name] = k.file
		return k.file, nil
	}
	data, err := fs.ReadFile(t.in.FS, name)
	if err != nil {
		return nil, err
	}
	f := &manifest.File{Name: display(t.in.Dir, name), Data: data}
	t.files[name] = f
	return f, nil
}

// ReadFile implements filesys.FileSystem.
func (t *tree) ReadFile(p string) ([]byte, error) {
	name := fsName(p)
	f, err := t.file(name)
	if err != nil {
		return nil, err
	}
	switch {
	case isKustomization(path.Base(name)):
		return t.kustomization(name, f)
	case t.padded[name]:
		return t.pad(f), t.count(f)
	}
	return f.Data, nil
}

// The library takes time that grows with the square of the objects of a tree,
// and faster than that with its depth. No real tree comes near these limits.
const (
	maxTreeObjects = 4000
	maxTreeDepth   = 100
)

// count adds the objects of a file to those of the tree.
func (t *tree) count(f *manifest.File) error {
	if t.objects += max(1, bytes.Count(f.Data, []byte("apiVersion"))); t.objects > maxTreeObjects {
		t.limit = fmt.Errorf("it has more than %d objects, which are more than nplint builds at once; lint its parts as paths of their own", maxTreeObjects)
	}
	return t.limit
}

// descend notes how deep a kustomization's bases lie.
func (t *tree) descend(k *kustomization) error {
	depth := t.depth[path.Dir(k.name)]
	if depth > maxTreeDepth {
		t.limit = fmt.Errorf("its bases are nested more than %d levels deep", maxTreeDepth)
		return t.limit
	}
	for _, r := range k.refs {
		if r.resource {
			t.depth[r.name] = max(t.depth[r.name], depth+1)
		}
	}
	return t.count(k.file)
}

// fsName turns the library's absolute paths into names of package io/fs.
func fsName(p string) string {
	name := strings.TrimPrefix(path.Clean(filepath.ToSlash(p)), "/")
	if name == "" {
		return "."
	}
	return name
}

// IsDir implements filesys.FileSystem.
func (t *tree) IsDir(p string) bool {
	info, err := fs.Stat(t.in.FS, fsName(p))
	return err == nil && info.IsDir()
}

// Exists implements filesys.FileSystem.
func (t *tree) Exists(p string) bool {
	_, err := fs.Stat(t.in.FS, fsName(p))
	return err == nil
}

// CleanedAbs implements filesys.FileSystem.
func (t *tree) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	name := fsName(p)
	info, err := fs.Stat(t.in.FS, name)
	if err != nil {
		return "", "", readError(t.in.Dir, name, err)
	}
	full := "/" + strings.TrimPrefix(name, ".")
	if info.IsDir() {
		return filesys.ConfirmedDir(full), "", nil
	}
	return filesys.ConfirmedDir(path.Dir(full)), path.Base(full), nil
}

// ReadDir implements filesys.FileSystem.
func (t *tree) ReadDir(p string) ([]string, error) {
	entries, err := fs.ReadDir(t.in.FS, fsName(p))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

var errReadOnly = errors.New("the tree is read-only")

// The rest of filesys.FileSystem is for writers and for generators, which are
// blanked before a build.

// Create implements filesys.FileSystem.
func (t *tree) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir implements filesys.FileSystem.
func (t *tree) Mkdir(string) error { return errReadOnly }

// MkdirAll implements filesys.FileSystem.
func (t *tree) MkdirAll(string) error { return errReadOnly }

// RemoveAll implements filesys.FileSystem.
func (t *tree) RemoveAll(string) error { return errReadOnly }

// Open implements filesys.FileSystem.
func (t *tree) Open(string) (filesys.File, error) { return nil, errReadOnly }

// Glob implements filesys.FileSystem.
func (t *tree) Glob(string) ([]string, error) { return nil, errReadOnly }

// WriteFile implements filesys.FileSystem.
func (t *tree) WriteFile(string, []byte) error { return errReadOnly }

// Walk implements filesys.FileSystem.
func (t *tree) Walk(string, filepath.WalkFunc) error { return errReadOnly }
