package rego

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// source is one .rego file.
type source struct {
	name        string // as users see it
	text        []byte
	pkg         string // dotted: nplint.rules.require_owner_label
	packageLine int    // 1-based
}

// rulesPackage is the package below which every package is a rule.
const rulesPackage = "nplint.rules."

// readSources reads the .rego files of a file system, sorted by name, without
// hidden folders and testdata. Names in errors begin with prefix.
func readSources(fsys fs.FS, prefix string) ([]*source, error) {
	var all []*source
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("read Rego modules: %w", err)
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".rego"):
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("read Rego modules: %w", err)
		}
		s := &source{name: path.Join(prefix, name), text: text}
		s.pkg, s.packageLine = findPackage(text)
		all = append(all, s)
		return nil
	})
	return all, err
}

// isTest reports whether the file holds tests of modules.
func (s *source) isTest() bool { return strings.HasSuffix(s.name, "_test.rego") }

// rule returns the name of the rule that the file's package stands for, "" for
// a package of helpers.
func (s *source) rule() string {
	name, found := strings.CutPrefix(s.pkg, rulesPackage)
	if !found {
		return ""
	}
	return strings.ReplaceAll(name, "_", "-")
}

var packageLine = regexp.MustCompile(`^package\s+([A-Za-z0-9_.]+)`)

// findPackage returns the package of a module and its line, "" and the first
// line that is neither blank nor comment where there is none.
func findPackage(text []byte) (pkg string, line int) {
	for i, content := range strings.Split(string(text), "\n") {
		content = strings.TrimSpace(content)
		if content == "" || strings.HasPrefix(content, "#") {
			continue
		}
		if m := packageLine.FindStringSubmatch(content); m != nil {
			return m[1], i + 1
		}
		return "", i + 1
	}
	return "", 1
}

// line returns a line of the file without its end.
func (s *source) line(n int) string {
	lines := strings.Split(string(s.text), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[n-1], "\r")
}

// library is the sources that were loaded together. Rules may use helpers of
// one another.
type library []*source

// asksEngine reports whether some source mentions a builtin that needs the
// engine, which is costly to make.
func (l library) asksEngine() bool {
	return slices.ContainsFunc(l, func(s *source) bool {
		return slices.ContainsFunc(builtins, func(b *builtin) bool { return b.engine && bytes.Contains(s.text, []byte(b.name)) })
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
