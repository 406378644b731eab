package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/nplint/nplint/lint/load"
)

// newInput says what to read for some path arguments: the whole file system,
// seen from the working directory. exclude holds patterns relative to that.
func newInput(args, exclude []string, std streams) (load.Input, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	dir, err := os.Getwd()
	if err != nil {
		return load.Input{}, fmt.Errorf("find the working directory: %w", err)
	}
	top := filepath.VolumeName(dir) + string(filepath.Separator)
	in := load.Input{FS: os.DirFS(top)}
	if in.Dir, err = below(top, dir); err != nil {
		return load.Input{}, err
	}
	for _, pattern := range exclude {
		in.Exclude = append(in.Exclude, path.Join(globEscaper.Replace(in.Dir), pattern))
	}
	for _, arg := range args {
		if arg == "-" {
			if in.Stdin, err = readStdin(std); err != nil {
				return load.Input{}, err
			}
			continue
		}
		if !filepath.IsAbs(arg) {
			arg = filepath.Join(dir, arg)
		}
		name, err := below(top, arg)
		if err != nil {
			return load.Input{}, err
		}
		in.Paths = append(in.Paths, name)
	}
	return in, nil
}

// globEscaper takes a folder's name literally within a pattern.
var globEscaper = strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`, "{", `\{`, `\`, `\\`)

// below returns the name of a path in a file system that begins at top.
func below(top, path string) (string, error) {
	rel, err := filepath.Rel(top, filepath.Clean(path))
	if name := filepath.ToSlash(rel); err == nil && fs.ValidPath(name) {
		return name, nil
	}
	return "", fmt.Errorf("read %s: not below %s", path, strings.TrimSuffix(top, string(filepath.Separator)))
}

// gitBase returns the working directory relative to the root of the git
// repository that it is in, "" outside of one.
func gitBase() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
			if rel, err := filepath.Rel(root, dir); err == nil && rel != "." {
				return filepath.ToSlash(rel)
			}
			return ""
		}
		if root == filepath.Dir(root) {
			return ""
		}
	}
}
