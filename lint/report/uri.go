package report

import (
	"net/url"
	"path"
	"strings"
)

// uri writes a file name as a relative reference. Base is the working directory
// relative to the root that references start from.
func uri(base, name string) string {
	if !path.IsAbs(name) {
		name = path.Join(base, name)
	}
	segments := strings.Split(path.Clean(name), "/")
	for i, segment := range segments {
		// A colon in the first segment would end a scheme (RFC 3986, 4.2).
		segments[i] = strings.ReplaceAll(url.PathEscape(segment), ":", "%3A")
	}
	return strings.Join(segments, "/")
}
