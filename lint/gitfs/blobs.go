package gitfs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
)

// blobs reads objects through one `git cat-file --batch`, which is started when
// the first one is asked for.
type blobs struct {
	repo *Repo
	ctx  context.Context

	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	fail error // of the program; nothing can be read after it
}

// read returns the content of an object.
func (b *blobs) read(id string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cmd == nil && b.fail == nil {
		b.fail = b.start()
	}
	if b.fail != nil {
		return nil, b.fail
	}
	data, err := b.ask(id)
	if err != nil {
		b.fail = fmt.Errorf("read an object of git: %w", err)
	}
	return data, b.fail
}

func (b *blobs) start() (err error) {
	b.cmd = b.repo.command(b.ctx, "cat-file", "--batch")
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	b.out = bufio.NewReader(out)
	return b.cmd.Start()
}

// ask writes an id and reads the answer: a line with id, type and size, the
// content, and a line feed.
func (b *blobs) ask(id string) ([]byte, error) {
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		return nil, err
	}
	header, err := b.out.ReadString('\n')
	if err != nil {
		return nil, err
	}
	var kind string
	var size int
	if _, err := fmt.Sscanf(header, id+" %s %d\n", &kind, &size); err != nil {
		return nil, errors.New(strings.TrimSpace(header))
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, err
	}
	return data[:size], nil
}

// close ends the program.
func (b *blobs) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cmd == nil || b.cmd.Process == nil {
		return nil
	}
	b.in.Close()
	return b.cmd.Wait()
}
