package load

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	helm "helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"

	"github.com/nplint/nplint/lint/manifest"
)

// Limits of what is read as one chart. Helm itself stops at 100 MiB.
const (
	maxChartSize  = 100 << 20
	maxChartDepth = 32 // of folders, and of charts within charts
)

// chartFiles holds the text of a chart with all that is below its charts/.
type chartFiles struct {
	in    Input
	dir   string
	rules *ignore.Rules
	texts map[string][]byte // by name below the chart's folder
	size  int64

	mu    sync.Mutex
	files map[string]*manifest.File // those that a place may be in, by name
}

// readChart reads the files of a chart's folder but for those that its
// .helmignore names.
func readChart(in Input, dir string) (*chartFiles, error) {
	c := &chartFiles{in: in, dir: dir, rules: ignore.Empty(), texts: map[string][]byte{}, files: map[string]*manifest.File{}}
	if data, err := fs.ReadFile(in.FS, path.Join(dir, ignore.HelmIgnore)); err == nil {
		rules, err := ignore.Parse(bytes.NewReader(data))
		if err != nil {
			return c, fmt.Errorf(".helmignore: %w", err)
		}
		c.rules = rules
	}
	c.rules.AddDefaults()
	return c, c.read(".", 0)
}

// read adds the files of one folder. Symbolic links are followed, as Helm does.
func (c *chartFiles) read(name string, depth int) error {
	if depth > maxChartDepth {
		return fmt.Errorf("%s: folders are nested without end", name)
	}
	entries, err := fs.ReadDir(c.in.FS, path.Join(c.dir, name))
	if err != nil {
		return err
	}
	for _, e := range entries {
		below := path.Join(name, e.Name())
		info, err := fs.Stat(c.in.FS, path.Join(c.dir, below))
		switch {
		case err != nil:
			return err
		case c.rules.Ignore(below, info):
		case info.IsDir():
			if err := c.read(below, depth+1); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			if c.size += info.Size(); c.size > maxChartSize {
				return errors.New("chart is larger than 100 MiB")
			}
			if c.texts[below], err = fs.ReadFile(c.in.FS, path.Join(c.dir, below)); err != nil {
				return err
			}
		}
	}
	return nil
}

// file returns a file of the chart as places name it.
func (c *chartFiles) file(name string) *manifest.File {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.files[name]
	if f == nil {
		f = &manifest.File{Name: display(c.in.Dir, path.Join(c.dir, name)), Data: c.texts[name]}
		c.files[name] = f
	}
	return f
}

// loaded is a chart as Helm's library loads it. Every rendering needs a fresh
// one, because templates may change the values.
type loaded struct {
	*chart.Chart
	names map[*helm.File]string   // the files of templates
	dirs  map[*chart.Chart]string // where charts lie below the root's folder; aliased copies are not in it
}

func (c *chartFiles) load() (*loaded, error) {
	l := &loaded{names: map[*helm.File]string{}, dirs: map[*chart.Chart]string{}}
	root, err := l.add(c, "", c.texts, 0)
	l.Chart = root
	return l, err
}

// add loads the chart whose files stand below a folder. Its sub-charts are
// loaded one by one and in order: the library takes them from a map, and loses
// the names of their files.
func (l *loaded) add(c *chartFiles, dir string, texts map[string][]byte, depth int) (*chart.Chart, error) {
	if depth > maxChartDepth {
		return nil, errors.New("charts are nested without end")
	}
	var own []*archive.BufferedFile
	subs := map[string]map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		below, inCharts := strings.CutPrefix(name, "charts/")
		if !inCharts || path.Ext(name) == ".prov" {
			own = append(own, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(texts[name], utf8BOM)})
			continue
		}
		sub, rest, _ := strings.Cut(below, "/")
		if subs[sub] == nil {
			subs[sub] = map[string][]byte{}
		}
		subs[sub][rest] = texts[name]
	}
	root, err := loader.LoadFiles(own)
	if err != nil {
		return nil, err
	}
	l.dirs[root] = dir
	for _, t := range root.Templates {
		l.names[t] = path.Join(dir, t.Name)
	}
	for _, sub := range slices.Sorted(maps.Keys(subs)) {
		if strings.HasPrefix(sub, "_") || strings.HasPrefix(sub, ".") {
			continue
		}
		name, texts := path.Join(dir, "charts", sub), subs[sub]
		if path.Ext(sub) == ".tgz" {
			if texts, err = c.unpack(name, texts[""]); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		child, err := l.add(c, name, texts, depth+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		root.AddDependency(child)
	}
	return root, nil
}

var utf8BOM = []byte("\xEF\xBB\xBF")

// unpack reads an archive below charts/. Its files get names below its own.
func (c *chartFiles) unpack(name string, data []byte) (map[string][]byte, error) {
	files, err := archive.LoadArchiveFiles(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	for _, f := range files {
		texts[f.Name] = f.Data
		if full := path.Join(name, f.Name); c.texts[full] == nil {
			c.size += int64(len(f.Data))
			c.texts[full] = f.Data
		}
	}
	if c.size > maxChartSize {
		return nil, errors.New("chart is larger than 100 MiB")
	}
	return texts, nil
}
