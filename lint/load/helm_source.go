package load

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// sourceComment is what `helm template` writes above every document.
var sourceComment = regexp.MustCompile(`^\s*# Source: ([^\s/]+)/(\S+)[ \t\r]*(?:\n|$)`)

// templates finds the templates that rendered text names.
type templates struct {
	in     Input
	known  chan struct{} // closed when the charts are known
	charts []string      // folders of charts among the input

	mu    sync.Mutex
	files map[string]*manifest.File // by name; nil for what is no file
}

func newTemplates(in Input) *templates {
	return &templates{in: in, known: make(chan struct{}), files: map[string]*manifest.File{}}
}

// among says in which folders of the input there are charts. What was rendered
// from one is not read before.
func (t *templates) among(charts []string) {
	t.charts = charts
	close(t.known)
}

// of returns the template that a document of a file was rendered from, nil
// where there is no such comment or the chart is not on disk. A chart is looked
// for among the input, and in and beside the folders of the file and of the
// user.
func (t *templates) of(doc manifest.Document, file string) *manifest.File {
	if t == nil {
		return nil
	}
	match := sourceComment.FindSubmatch(doc.Text())
	if match == nil {
		return nil
	}
	<-t.known
	chart, below := string(match[1]), string(match[2])
	folders := t.charts
	for _, dir := range []string{path.Dir(file), t.in.Dir} {
		folders = append(folders[:len(folders):len(folders)], path.Clean(dir), path.Join(dir, chart), path.Join(dir, "charts", chart))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, dir := range folders {
		if t.named(dir) == chart {
			if f := t.template(dir, below); f != nil {
				return f
			}
		}
	}
	return nil
}

// template returns a template of the chart in a folder. Rendered text names a
// sub-chart by its alias.
func (t *templates) template(dir, below string) *manifest.File {
	if f := t.file(path.Join(dir, below)); f != nil {
		return f
	}
	rest, inCharts := strings.CutPrefix(below, "charts/")
	alias, rest, found := strings.Cut(rest, "/")
	if !inCharts || !found {
		return nil
	}
	if t.named(path.Join(dir, "charts", alias)) != "" {
		return t.template(path.Join(dir, "charts", alias), rest)
	}
	if name := t.aliased(dir, alias); name != "" {
		return t.template(path.Join(dir, "charts", name), rest)
	}
	return nil
}

// named returns the name of the chart in a folder, "" if there is none.
func (t *templates) named(dir string) string {
	metadata := t.file(path.Join(dir, "Chart.yaml"))
	if metadata == nil {
		return ""
	}
	return fieldText(metadata, manifest.Field("name"))
}

// aliased returns the name of the chart that a chart has under an alias.
func (t *templates) aliased(dir, alias string) string {
	metadata := t.file(path.Join(dir, "Chart.yaml"))
	if metadata == nil {
		return ""
	}
	for i := 0; ; i++ {
		item := manifest.Field("dependencies").Item(i)
		switch name := fieldText(metadata, item.Key("name")); {
		case name == "":
			return ""
		case fieldText(metadata, item.Key("alias")) == alias:
			return name
		}
	}
}

// fieldText returns the text of a field of a file.
func fieldText(file *manifest.File, p manifest.Path) string {
	node, err := manifest.Document{File: file, End: len(file.Data)}.Parse()
	if err != nil || node == nil {
		return ""
	}
	e, depth := manifest.Find(node, p)
	if depth < len(p) {
		return ""
	}
	return e.Value.Value
}

func (t *templates) file(name string) *manifest.File {
	f, known := t.files[name]
	if !known {
		if data, err := fs.ReadFile(t.in.FS, name); err == nil {
			f = &manifest.File{Name: display(t.in.Dir, name), Data: data}
		}
		t.files[name] = f
	}
	return f
}
