package report

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// fileFindings are the findings of one file, and why parts of it were not
// analysed.
type fileFindings struct {
	name    string
	found   []*lint.Diagnostic
	skipped []manifest.Skipped
}

// files groups what there is to say by file, in the order of their names.
func (r *Report) files() []*fileFindings {
	byName := map[string]*fileFindings{}
	of := func(name string) *fileFindings {
		name = r.rooted(name)
		if byName[name] == nil {
			byName[name] = &fileFindings{name: name}
		}
		return byName[name]
	}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		f := of(locate(d.Origin.Span).file)
		f.found = append(f.found, d)
	}
	for _, s := range r.skipped() {
		f := of(s.File)
		f.skipped = append(f.skipped, s)
	}
	var all []*fileFindings
	for _, f := range byName {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *fileFindings) int { return cmp.Compare(a.name, b.name) })
	return all
}

func encodeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
