package load

import (
	"context"
	"io/fs"
	"runtime"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// pool reads files on all cores while the walk still finds more of them. The
// walk never waits for it: some files can only be read when the walk is over.
type pool struct {
	in        Input
	templates *templates
	workers   sync.WaitGroup

	mu    sync.Mutex
	more  *sync.Cond
	queue []*source
	ended bool
}

func newPool(ctx context.Context, in Input, templates *templates) *pool {
	p := &pool{in: in, templates: templates}
	p.more = sync.NewCond(&p.mu)
	for range runtime.GOMAXPROCS(0) {
		p.workers.Go(func() { p.work(ctx) })
	}
	return p
}

// add asks for a file to be read into its source.
func (p *pool) add(s *source) {
	p.mu.Lock()
	p.queue = append(p.queue, s)
	p.mu.Unlock()
	p.more.Signal()
}

// wait returns when everything is read that was added.
func (p *pool) wait() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.more.Broadcast()
	p.workers.Wait()
}

// next returns a file to read, nil if there will be no more.
func (p *pool) next() *source {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) == 0 {
		if p.ended {
			return nil
		}
		p.more.Wait()
	}
	s := p.queue[0]
	p.queue = p.queue[1:]
	return s
}

func (p *pool) work(ctx context.Context) {
	var blocks schema.Blocks
	for s := p.next(); s != nil; s = p.next() {
		if s.err = ctx.Err(); s.err == nil {
			p.read(s, &blocks)
		}
	}
}

func (p *pool) read(s *source, blocks *schema.Blocks) {
	data, err := fs.ReadFile(p.in.FS, s.name)
	if err != nil {
		s.err = readError(p.in.Dir, s.name, err)
		return
	}
	r := newReader(p.in, s.root, blocks)
	r.templates = p.templates
	r.file(&manifest.File{Name: display(p.in.Dir, s.name), Data: data}, s.name)
	s.reading = r.reading
}
