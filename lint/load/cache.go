package load

import (
	"io/fs"
	"sync"
)

// cache reads every file once, and asks about it once, whichever trees refer to it. It holds the bytes
// that the files of the result hold anyway.
type cache struct {
	fs.FS
	mu    sync.Mutex
	files map[string]*cached
	infos sync.Map // of type stat, by name
}

type stat struct {
	info fs.FileInfo
	err  error
}

type cached struct {
	once sync.Once
	data []byte
	err  error
}

func newCache(fsys fs.FS) *cache { return &cache{FS: fsys, files: map[string]*cached{}} }

// ReadFile implements fs.ReadFileFS. Nobody changes what it returns.
func (c *cache) ReadFile(name string) ([]byte, error) {
	c.mu.Lock()
	f := c.files[name]
	if f == nil {
		f = &cached{}
		c.files[name] = f
	}
	c.mu.Unlock()
	f.once.Do(func() { f.data, f.err = fs.ReadFile(c.FS, name) })
	return f.data, f.err
}

// Stat implements fs.StatFS.
func (c *cache) Stat(name string) (fs.FileInfo, error) {
	if s, known := c.infos.Load(name); known {
		return s.(stat).info, s.(stat).err
	}
	info, err := fs.Stat(c.FS, name)
	c.infos.Store(name, stat{info, err})
	return info, err
}

// ReadDir implements fs.ReadDirFS.
func (c *cache) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// ReadLink implements fs.ReadLinkFS.
func (c *cache) ReadLink(name string) (string, error) { return fs.ReadLink(c.FS, name) }

// Lstat implements fs.ReadLinkFS.
func (c *cache) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(c.FS, name) }
