package load

import (
	"errors"
	"io"
	"io/fs"
	"sync"
)

// cache reads every file once, and asks about it once, whichever trees refer to it. It holds the bytes
// that the files of the result hold anyway.
type cache struct {
	fs.FS
	mu    sync.Mutex
	files map[string]*cached
	free  []byte   // of the slab for small files
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
	f.once.Do(func() { f.data, f.err = c.read(name) })
	return f.data, f.err
}

// read reads a file into memory that it shares with others: most are small, and
// all are kept as long.
func (c *cache) read(name string) ([]byte, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() >= textSlab/8 {
		return fs.ReadFile(c.FS, name)
	}
	// There is room for one byte more than should be there: where it stays free,
	// the end was reached and nobody has to ask for it.
	size := int(info.Size())
	text := c.room(size + 1)
	n, err := io.ReadAtLeast(f, text, size)
	switch {
	case n > size || size == 0: // it has grown, or is no file on a disk
		return fs.ReadFile(c.FS, name)
	case err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return text[:n:n], nil
	}
	return nil, err
}

const textSlab = 256 << 10

// room returns n bytes that nobody else has.
func (c *cache) room(n int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > len(c.free) {
		c.free = make([]byte, textSlab)
	}
	room := c.free[:n:n]
	c.free = c.free[n:]
	return room
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
