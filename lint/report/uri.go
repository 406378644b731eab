package report

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// rooted returns the name of a file as it is seen from the root of the
// repository, whatever folder nplint was started in.
func (r *Report) rooted(name string) string {
	if strings.HasPrefix(name, "<") { // standard input
		return name
	}
	if !filepath.IsAbs(filepath.FromSlash(name)) {
		name = path.Join(r.Dir, name)
	}
	if r.Root != "" {
		if rel, err := filepath.Rel(filepath.FromSlash(r.Root), filepath.FromSlash(name)); err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return path.Clean(name)
}

// uri writes a file name as a relative reference.
func uri(name string) string {
	segments := strings.Split(name, "/")
	for i, segment := range segments {
		// A colon in the first segment would end a scheme (RFC 3986, 4.2).
		segments[i] = strings.ReplaceAll(url.PathEscape(segment), ":", "%3A")
	}
	return strings.Join(segments, "/")
}
