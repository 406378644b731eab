// Package gitfs shows what git stores, a revision or the index, as a file
// system. It reads git's objects through git's own plumbing; the working tree
// is neither read nor changed.
package gitfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// Repo is the repository that the working directory is in.
type Repo struct {
	git    string
	prefix string
}

// Open finds the repository of the working directory. git is the path of the
// program.
func Open(ctx context.Context, git string) (*Repo, error) {
	r := &Repo{git: git}
	out, err := r.run(ctx, "rev-parse", "--is-inside-work-tree", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("find the git repository: %w", err)
	}
	inside, prefix, _ := strings.Cut(string(out), "\n")
	if inside != "true" {
		return nil, errors.New("find the git repository: the working directory is in none")
	}
	r.prefix = path.Clean(strings.TrimSuffix(prefix, "\n"))
	return r, nil
}

// Prefix returns the working directory relative to the root of the repository,
// "." for the root.
func (r *Repo) Prefix() string { return r.prefix }

// HasHead reports whether there is a commit yet.
func (r *Repo) HasHead(ctx context.Context) bool {
	_, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	return err == nil
}

// Revision returns the tree of a revision. mount is the name that the root of
// the repository has in the file system.
func (r *Repo) Revision(ctx context.Context, revision, mount string) (*FS, error) {
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{tree}")
	if err != nil {
		return nil, fmt.Errorf("there is no revision %q in this repository; a shallow clone may lack it", revision)
	}
	out, err = r.run(ctx, "ls-tree", "-r", "-z", "--full-tree", string(bytes.TrimSpace(out)))
	if err != nil {
		return nil, fmt.Errorf("read the revision %s: %w", revision, err)
	}
	// 100644 blob 8ab686ea… TAB name NUL
	return r.tree(ctx, mount, out, func(fields []string) (mode, id string) { return fields[0], fields[2] })
}

// Index returns what is staged for the next commit. Of a file with conflicts it
// has none of the sides.
func (r *Repo) Index(ctx context.Context, mount string) (*FS, error) {
	out, err := r.run(ctx, "ls-files", "--stage", "-z", "--full-name", ":/")
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	// 100644 8ab686ea… 0 TAB name NUL
	return r.tree(ctx, mount, out, func(fields []string) (mode, id string) {
		if fields[2] != "0" {
			return "", ""
		}
		return fields[0], fields[1]
	})
}

// Staged returns the names, from the root of the repository, of the files in
// which the index differs from HEAD, deleted ones among them.
func (r *Repo) Staged(ctx context.Context) ([]string, error) {
	args := []string{"diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD", "--"}
	if !r.HasHead(ctx) {
		args = []string{"ls-files", "-z", "--full-name", ":/"}
	}
	out, err := r.run(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("compare the index with HEAD: %w", err)
	}
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 }), nil
}

// run runs a plumbing command of git.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	var out, errs bytes.Buffer
	cmd := r.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		text, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		if text == "" {
			text = err.Error()
		}
		return nil, errors.New(strings.TrimPrefix(text, "fatal: "))
	}
	return out.Bytes(), nil
}

// command prepares a command of git that asks nobody, fetches nothing, takes no
// locks, and starts no program that the repository's configuration names.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.git, append([]string{"-c", "core.fsmonitor=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C")
	return cmd
}
