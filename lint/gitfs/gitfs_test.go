package gitfs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// repository makes a repository in a new working directory: a first commit, and
// changes beside it that are staged or not.
func repository(t *testing.T) *Repo {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	t.Chdir(t.TempDir())
	for key, value := range map[string]string{
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
	} {
		t.Setenv(key, value)
	}
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(git, args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run("init", "-q")
	write(t, "a.yaml", "one\r\n")
	write(t, "dir/b c.yaml", "two")
	write(t, "gone.yaml", "")
	for link, to := range map[string]string{"dir/link": "../a.yaml", "loop": "loop", "outside": "/etc/hosts", "folder": "dir"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	run("add", ".")
	run("commit", "-q", "-m", "first")
	write(t, "a.yaml", "staged")
	run("rm", "-q", "gone.yaml")
	run("add", ".")
	write(t, "a.yaml", "not staged")
	write(t, "untracked.yaml", "")
	if err := os.Chdir("dir"); err != nil {
		t.Fatal(err)
	}
	r, err := Open(context.Background(), git)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestTrees(t *testing.T) {
	r, ctx := repository(t), context.Background()
	if r.Prefix() != "dir" || !r.HasHead(ctx) {
		t.Errorf("prefix %s", r.Prefix())
	}
	revision, err := r.Revision(ctx, "HEAD", "home/repo")
	if err != nil {
		t.Fatal(err)
	}
	defer revision.Close()
	index, err := r.Index(ctx, "home/repo")
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	for _, test := range []struct {
		fs         *FS
		name, want string
	}{
		{revision, "home/repo/a.yaml", "one\r\n"},
		{revision, "home/repo/dir/b c.yaml", "two"},
		{revision, "home/repo/dir/link", "one\r\n"},
		{revision, "home/repo/folder/link", "one\r\n"},
		{revision, "home/repo/gone.yaml", ""},
		{index, "home/repo/a.yaml", "staged"},
		{index, "home/repo/folder/link", "staged"},
	} {
		if data, err := fs.ReadFile(test.fs, test.name); err != nil || string(data) != test.want {
			t.Errorf("%s: %q, %v", test.name, data, err)
		}
	}
	for _, name := range []string{"home/repo/gone.yaml", "home/repo/untracked.yaml", "home/repo/loop", "home/repo/outside", "home/other"} {
		if _, err := fs.Stat(index, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if target, err := fs.ReadLink(index, "home/repo/dir/link"); err != nil || target != "../a.yaml" {
		t.Errorf("link to %q, %v", target, err)
	}
	if info, err := fs.Stat(index, "home/repo/.git"); err != nil || !info.IsDir() {
		t.Errorf("the root cannot be found: %v", err)
	}
	staged, err := r.Staged(ctx)
	if slices.Sort(staged); err != nil || !slices.Equal(staged, []string{"a.yaml", "gone.yaml"}) {
		t.Errorf("staged %v, %v", staged, err)
	}
	if _, err := r.Revision(ctx, "--output=x", "."); err == nil {
		t.Error("an option is taken for a revision")
	}
}

// TestFS holds the file system to the rules of package io/fs.
func TestFS(t *testing.T) {
	r := repository(t)
	index, err := r.Index(context.Background(), ".")
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	for _, broken := range []string{"loop", "outside"} {
		delete(index.root.children, broken)
	}
	if err := fstest.TestFS(index, "a.yaml", "dir/b c.yaml", "dir/link", "folder"); err != nil {
		t.Error(err)
	}
}
