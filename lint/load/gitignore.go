package load

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// gitignore is one .gitignore file: patterns for the paths below its folder.
type gitignore struct {
	dir      string // "." for the top
	patterns []ignorePattern
}

type ignorePattern struct {
	glob    string
	negate  bool
	dirOnly bool
}

// parseGitignore reads the patterns of a .gitignore file as gitignore(5)
// defines them. Patterns that make no sense match nothing, as in git.
func parseGitignore(dir string, data []byte) gitignore {
	g := gitignore{dir: dir}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if trimmed := strings.TrimRight(line, " "); !strings.HasSuffix(trimmed, `\`) {
			line = trimmed
		}
		if line == "" || line[0] == '#' {
			continue
		}
		var p ignorePattern
		line, p.negate = strings.CutPrefix(line, "!")
		line, p.dirOnly = strings.CutSuffix(line, "/")
		anchored := strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		// Braces are plain characters for git.
		line = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line)
		if p.glob = line; !anchored {
			p.glob = "**/" + line
		}
		g.patterns = append(g.patterns, p)
	}
	return g
}

// ignored reports whether the last pattern that matches a path, in the files
// from the outermost folder inwards, ignores it. Git does not look below an
// ignored folder, and neither does the walk.
func ignored(files []gitignore, name string, isDir bool) bool {
	result := false
	for _, g := range files {
		below := name
		if g.dir != "." {
			var inside bool
			if below, inside = strings.CutPrefix(name, g.dir+"/"); !inside {
				continue
			}
		}
		for _, p := range g.patterns {
			if match, err := doublestar.Match(p.glob, below); err == nil && match && (isDir || !p.dirOnly) {
				result = !p.negate
			}
		}
	}
	return result
}
