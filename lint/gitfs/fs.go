package gitfs

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS is a tree of git as a file system. Submodules are empty folders.
type FS struct {
	root  *node
	blobs *blobs
}

// node is a file, a symbolic link or a folder.
type node struct {
	fs       *FS
	name     string
	mode     fs.FileMode
	id       string // of the blob
	children map[string]*node
}

// tree builds the file system of a listing, whose records have fields, a tab
// and a name.
func (r *Repo) tree(ctx context.Context, mount string, listing []byte, read func(fields []string) (mode, id string)) (*FS, error) {
	f := &FS{blobs: &blobs{repo: r, ctx: ctx}}
	f.root = f.folder(".")
	for record := range bytes.SplitSeq(listing, []byte{0}) {
		head, name, found := strings.Cut(string(record), "\t")
		fields := strings.Fields(head)
		if !found || len(fields) < 3 {
			continue
		}
		if mode, id := read(fields); mode != "" {
			f.add(path.Join(mount, name), mode, id)
		}
	}
	// What looks for the root of the repository looks for this.
	f.mkdir(path.Join(mount, ".git"))
	return f, nil
}

func (f *FS) folder(name string) *node {
	return &node{fs: f, name: name, mode: fs.ModeDir | 0o755, children: map[string]*node{}}
}

func (f *FS) mkdir(name string) *node {
	at := f.root
	for element := range strings.SplitSeq(name, "/") {
		if element == "." {
			continue
		}
		if at.children[element] == nil {
			at.children[element] = f.folder(element)
		}
		at = at.children[element]
	}
	return at
}

func (f *FS) add(name, mode, id string) {
	n := &node{fs: f, name: path.Base(name), id: id, mode: 0o644}
	switch mode {
	case "160000":
		f.mkdir(name)
		return
	case "120000":
		n.mode = fs.ModeSymlink | 0o777
	case "100755":
		n.mode = 0o755
	}
	f.mkdir(path.Dir(name)).children[n.name] = n
}

// Close ends the program that reads the objects.
func (f *FS) Close() error { return f.blobs.close() }

const maxLinks = 40

// find returns the node of a name. Symbolic links are followed on the way, and
// at the end if the caller wants.
func (f *FS) find(op, name string, follow bool) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	at, links, rest := f.root, 0, strings.Split(name, "/")
	var walked []string
	for len(rest) > 0 {
		element := rest[0]
		rest = rest[1:]
		if element == "." || element == "" {
			continue
		}
		next := at.children[element]
		if next == nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		if next.mode&fs.ModeSymlink == 0 || len(rest) == 0 && !follow {
			at, walked = next, append(walked, element)
			continue
		}
		target, err := f.blobs.read(next.id)
		if err != nil {
			return nil, err
		}
		to := path.Join("/", path.Join(walked...), string(target))
		if links++; links > maxLinks || path.IsAbs(string(target)) {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		rest = append(strings.Split(to[1:], "/"), rest...)
		at, walked = f.root, nil
	}
	return at, nil
}

// Open implements fs.FS.
func (f *FS) Open(name string) (fs.File, error) {
	n, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	o := &open{node: n}
	if !n.IsDir() {
		data, err := f.blobs.read(n.id)
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		o.Reader = bytes.NewReader(data)
		return o, nil
	}
	return &openDir{open: o, left: n.list()}, nil
}

// ReadFile implements fs.ReadFileFS.
func (f *FS) ReadFile(name string) ([]byte, error) {
	n, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return f.blobs.read(n.id)
}

// Stat implements fs.StatFS.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	n, err := f.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// Lstat implements fs.ReadLinkFS.
func (f *FS) Lstat(name string) (fs.FileInfo, error) {
	n, err := f.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ReadLink implements fs.ReadLinkFS.
func (f *FS) ReadLink(name string) (string, error) {
	n, err := f.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if n.mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	target, err := f.blobs.read(n.id)
	return string(target), err
}

// ReadDir implements fs.ReadDirFS.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if !n.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	return n.list(), nil
}

// list returns the entries of a folder in lexical order.
func (n *node) list() []fs.DirEntry {
	entries := make([]fs.DirEntry, 0, len(n.children))
	for _, child := range n.children {
		entries = append(entries, fs.FileInfoToDirEntry(child))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// Name implements fs.FileInfo.
func (n *node) Name() string { return n.name }

// Size implements fs.FileInfo. git lists no sizes, so the file is read.
func (n *node) Size() int64 {
	if n.IsDir() {
		return 0
	}
	data, _ := n.fs.blobs.read(n.id)
	return int64(len(data))
}

// Mode implements fs.FileInfo.
func (n *node) Mode() fs.FileMode { return n.mode }

// ModTime implements fs.FileInfo. git keeps none.
func (n *node) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (n *node) IsDir() bool { return n.mode.IsDir() }

// Sys implements fs.FileInfo.
func (n *node) Sys() any { return nil }

// open is an open file.
type open struct {
	*node
	*bytes.Reader
}

func (o *open) Stat() (fs.FileInfo, error) { return o.node, nil }

func (o *open) Close() error { return nil }

// Size settles which of the embedded ones is meant.
func (o *open) Size() int64 { return o.node.Size() }

// openDir is an open folder.
type openDir struct {
	*open
	left []fs.DirEntry
}

// Read implements fs.File.
func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.left)
	} else if len(d.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.left))
	entries := d.left[:n]
	d.left = d.left[n:]
	return entries, nil
}
