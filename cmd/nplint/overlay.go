package main

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// overlay is a file system with some files written over, or added, in memory.
type overlay struct {
	fs.FS
	files map[string][]byte
}

// Open implements fs.FS.
func (o *overlay) Open(name string) (fs.File, error) {
	if data, ok := o.files[name]; ok {
		return &memoryFile{memoryInfo{path.Base(name), len(data)}, bytes.NewReader(data)}, nil
	}
	return o.FS.Open(name)
}

// ReadFile implements fs.ReadFileFS.
func (o *overlay) ReadFile(name string) ([]byte, error) {
	if data, ok := o.files[name]; ok {
		return data, nil
	}
	return fs.ReadFile(o.FS, name)
}

// Stat implements fs.StatFS.
func (o *overlay) Stat(name string) (fs.FileInfo, error) {
	if data, ok := o.files[name]; ok {
		return memoryInfo{path.Base(name), len(data)}, nil
	}
	return fs.Stat(o.FS, name)
}

// ReadDir implements fs.ReadDirFS.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	if err != nil {
		return entries, err
	}
	for file, data := range o.files {
		base := path.Base(file)
		known := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base })
		if path.Dir(file) == name && !known {
			entries = append(entries, fs.FileInfoToDirEntry(memoryInfo{base, len(data)}))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// ReadLink implements fs.ReadLinkFS.
func (o *overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

// Lstat implements fs.ReadLinkFS.
func (o *overlay) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(o.FS, name) }

// memoryInfo describes a file in memory.
type memoryInfo struct {
	name string
	size int
}

func (i memoryInfo) Name() string     { return i.name }
func (i memoryInfo) Size() int64      { return int64(i.size) }
func (memoryInfo) Mode() fs.FileMode  { return 0o644 }
func (memoryInfo) ModTime() time.Time { return time.Time{} }
func (memoryInfo) IsDir() bool        { return false }
func (memoryInfo) Sys() any           { return nil }

type memoryFile struct {
	memoryInfo
	*bytes.Reader
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.memoryInfo, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Size() int64                { return f.memoryInfo.Size() }
