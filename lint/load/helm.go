package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	helm "helm.sh/helm/v4/pkg/chart/common"
	values "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

const (
	// releaseName is what `helm template` calls a release without a name.
	releaseName = "release-name"
	// releaseNamespace stands for a namespace that is not known.
	releaseNamespace = "release-namespace"
	// kubeVersion is the cluster that templates see.
	kubeVersion = "v1.37.0"
)

// buildChart renders a chart into a reading. What keeps it from being rendered
// is a problem; templates that render no policy are in the list of what was
// skipped.
func buildChart(ctx context.Context, in Input, options Chart) *reading {
	dir := options.Path
	if options.Release == "" {
		options.Release = releaseName
	}
	if options.Namespace == "" {
		options.Namespace = in.Namespace
	}
	in.Namespace = options.Namespace
	r := newReader(in, display(in.Dir, dir), new(schema.Blocks))
	files, err := readChart(in, dir)
	c := &release{ctx: ctx, in: in, files: files, options: options}
	if err == nil {
		c.rendered, err = c.render(nil)
	}
	r.skipped = append(r.skipped, c.skipped...)
	switch {
	case errors.Is(err, errLibrary):
		r.skipped = append(r.skipped, manifest.Skipped{File: files.file("Chart.yaml").Name, Reason: err.Error()})
	case len(c.missing) > 0 && err != nil:
		r.problems = append(r.problems, manifest.Problem{
			Kind: manifest.BuildFailed, Span: c.declared(c.missing[0]),
			Message: fmt.Sprintf("chart cannot be rendered: %s missing in charts/; run `helm dependency build`", c.missing.are()),
		})
	case len(c.missing) > 0:
		at := c.declared(c.missing[0])
		r.skipped = append(r.skipped, manifest.Skipped{
			File:   fmt.Sprintf("%s:%d", at.File.Name, at.File.Position(at.Start).Line),
			Reason: c.missing.are() + " missing in charts/; run `helm dependency build`",
		})
	case err != nil:
		r.problems = append(r.problems, manifest.Problem{
			Kind: manifest.BuildFailed, Span: c.place(err), Message: "chart cannot be rendered: " + cause(err),
		})
	}
	if err == nil {
		c.read(r)
	}
	return r.reading
}

// release is a chart with the values that it is rendered with.
type release struct {
	ctx     context.Context
	in      Input
	files   *chartFiles
	options Chart
	skipped []manifest.Skipped

	missing    names              // sub-charts that Chart.yaml lists and that are not there
	off        map[string]string  // sub-charts that are turned off, by folder: the condition
	givenFiles []*manifest.File   // of values
	partials   map[string]partial // by name
	rendered   map[string]string  // by name
	trace
}

var errLibrary = errors.New("library chart renders nothing by itself")

// render renders the chart, with marks if there are any. It begins with the
// files every time, because templates may change the values.
func (c *release) render(m *marks) (out map[string]string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the library panics: %v", p)
		}
	}()
	l, data, err := c.prepare()
	if err != nil {
		return nil, err
	}
	partials, err := l.partials(c.ctx, data)
	if err != nil {
		return nil, err
	}
	c.partials = map[string]partial{}
	for i, p := range partials {
		if bytes.HasPrefix(c.files.texts[p.file], utf8BOM) {
			partials[i].lead = len(utf8BOM)
		}
		c.partials[p.name] = p
	}
	return newRenderer(c.ctx, m).render(partials)
}

// settling serialises what changes the process's standard logger.
var settling sync.Mutex

// prepare loads the chart and settles its values. The library warns through the
// standard logger, where a linter's caller does not expect it.
func (c *release) prepare() (*loaded, helm.Values, error) {
	settling.Lock()
	defer settling.Unlock()
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard)
	l, err := c.files.load()
	if err != nil {
		return nil, nil, err
	}
	if l.Metadata.Type == "library" {
		return nil, nil, errLibrary
	}
	data, err := c.values(l)
	return l, data, err
}

// values settles which sub-charts there are and what every template sees.
func (c *release) values(l *loaded) (helm.Values, error) {
	given, err := c.given()
	if err != nil {
		return nil, err
	}
	conditions := l.conditions()
	if err := util.ProcessDependencies(l.Chart, given); err != nil {
		return nil, err
	}
	c.missing = nil
	for _, d := range l.Metadata.Dependencies {
		if !slices.ContainsFunc(l.Dependencies(), func(sub *chart.Chart) bool { return sub.Name() == d.Name }) {
			c.missing = append(c.missing, d.Name)
		}
	}
	c.off = l.off(conditions)
	capabilities := helm.DefaultCapabilities.Copy()
	if v, err := helm.ParseKubeVersion(kubeVersion); err == nil {
		capabilities.KubeVersion = *v
	}
	namespace := c.options.Namespace
	if namespace == "" {
		namespace = releaseNamespace
	}
	return values.ToRenderValuesWithSchemaValidation(l.Chart, given, helm.ReleaseOptions{
		Name: c.options.Release, Namespace: namespace, Revision: 1, IsInstall: true,
	}, capabilities, true)
}

// given merges the values files.
func (c *release) given() (map[string]any, error) {
	given := map[string]any{}
	c.givenFiles = nil
	for _, name := range c.options.Values {
		data, err := fs.ReadFile(c.in.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			s := manifest.Skipped{File: display(c.in.Dir, name), Reason: "values file is not in the input"}
			if !slices.Contains(c.skipped, s) {
				c.skipped = append(c.skipped, s)
			}
			continue
		}
		if err != nil {
			return nil, readError(c.in.Dir, name, err)
		}
		more, err := loader.LoadValues(strings.NewReader(string(data)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", display(c.in.Dir, name), err)
		}
		given = loader.MergeMaps(given, more)
		c.givenFiles = append(c.givenFiles, &manifest.File{Name: display(c.in.Dir, name), Data: data})
	}
	return given, nil
}

// read reads the documents of the rendered templates.
func (c *release) read(r *reader) {
	for _, name := range slices.Sorted(maps.Keys(c.rendered)) {
		p := c.partials[name]
		if path.Base(name) == "NOTES.txt" {
			continue
		}
		from := len(r.problems)
		text := &manifest.File{Name: c.files.file(p.file).Name, Data: []byte(c.rendered[name])}
		r.through = func(inner manifest.Source) manifest.Source { return &templated{c, name, inner} }
		for _, doc := range split(text) {
			r.document(doc)
		}
		for i := from; i < len(r.problems); i++ {
			r.problems[i].Span = c.origin(name, manifest.Origin{Span: r.problems[i].Span}, nil).Span
		}
	}
	for _, o := range r.objects {
		o.Chart = r.root
		if c.options.Namespace == "" && o.ID.Namespace == releaseNamespace {
			o.ID.Namespace = ""
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.files.texts)) {
		if inChart(name) {
			r.files = append(r.files, c.files.file(name))
		}
	}
	r.files = append(r.files, c.givenFiles...)
	r.skipped = append(r.skipped, c.unrendered(r.objects)...)
}

// inChart reports whether a file says what a chart renders.
func inChart(name string) bool {
	base := path.Base(name)
	return base == "Chart.yaml" || base == "values.yaml" || strings.HasPrefix(name, "templates/") || strings.Contains(name, "/templates/")
}
