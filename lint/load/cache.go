package load

import (
	"io/fs"
	"sync"
)

// cache reads every file once, whichever trees refer to it. It holds the bytes
// that the files of the result hold anyway.
type cache struct {
	fs.FS
	mu    sync.Mutex
	files map[string][]byte
}

func newCache(fsys fs.FS) *cache { return &cache{FS: fsys, files: map[string][]byte{}} }

// ReadFile implements fs.ReadFileFS. Nobody changes what it returns.
func (c *cache) ReadFile(name string) ([]byte, error) {
	c.mu.Lock()
	data, found := c.files[name]
	c.mu.Unlock()
	if found {
		return data, nil
	}
	data, err := fs.ReadFile(c.FS, name)
	if err == nil {
		c.mu.Lock()
		c.files[name] = data
		c.mu.Unlock()
	}
	return data, err
}

// Stat implements fs.StatFS.
func (c *cache) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

// ReadDir implements fs.ReadDirFS.
func (c *cache) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// ReadLink implements fs.ReadLinkFS.
func (c *cache) ReadLink(name string) (string, error) { return fs.ReadLink(c.FS, name) }

// Lstat implements fs.ReadLinkFS.
func (c *cache) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(c.FS, name) }
