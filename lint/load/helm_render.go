package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	helm "helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

// renderer renders a chart as Helm's engine does, by the same template
// package and the same functions. It differs in two things that cannot be had
// from outside the engine: every loop and call costs steps of a budget, so
// that no template runs or grows without end, and it may put marks into the
// text that say which line of which template wrote it.
type renderer struct {
	budget
	marks *marks // nil for a plain rendering
	set   *template.Template
	known map[string]any // functions, as the parser wants them
	depth map[string]int // how often a template includes itself
	tpls  int            // how deep texts are rendered within texts
}

// partial is a template of a chart or of one of its sub-charts.
type partial struct {
	name string // as {{ .Template.Name }} has it
	file string // below the chart's folder
	text string
	lead int // bytes of the file before the text
	data map[string]any
	base string
}

func newRenderer(ctx context.Context, m *marks) *renderer {
	r := &renderer{budget: budget{ctx: ctx}, marks: m, depth: map[string]int{}}
	functions := r.functions()
	functions["include"] = r.include(nil)
	functions["tpl"] = r.tpl(nil)
	functions[tick] = r.tick
	if m != nil {
		functions[markLines] = m.lines
	}
	r.known = functions
	r.set = template.New("gotpl").Option("missingkey=zero").Funcs(functions)
	r.bind(r.set)
	return r
}

// bind lets `include` and `tpl` see the templates of a set.
func (r *renderer) bind(set *template.Template) {
	set.Funcs(template.FuncMap{"include": r.include(set), "tpl": r.tpl(set)})
}

// render returns the text of every template that is not a helper.
func (r *renderer) render(partials []partial) (map[string]string, error) {
	for _, p := range partials {
		if err := r.parse(r.set, p.name, p.text, &p); err != nil {
			return nil, err
		}
	}
	out := map[string]string{}
	for _, p := range partials {
		if strings.HasPrefix(path.Base(p.name), "_") {
			continue
		}
		p.data["Template"] = helm.Values{"Name": p.name, "BasePath": p.base}
		text, err := r.execute(r.set, p.name, p.data)
		if err != nil {
			return nil, err
		}
		out[p.name] = text
	}
	return out, nil
}

// parse adds a template, and those that it defines, to a set. from is nil for
// a text that is in no file.
func (r *renderer) parse(set *template.Template, name, text string, from *partial) error {
	trees := map[string]*parse.Tree{}
	if _, err := parse.New(name).Parse(text, "", "", trees, r.known, builtins); err != nil {
		return err
	}
	for _, defined := range slices.Sorted(maps.Keys(trees)) {
		if root := trees[defined].Root; root != nil {
			if r.marks != nil && from != nil {
				r.marks.edit(root, from)
			}
			ticks{name, text}.add(root)
		}
		if _, err := set.AddParseTree(defined, trees[defined]); err != nil {
			return err
		}
	}
	return nil
}

// execute runs a template. What Go writes for a missing value is taken out,
// as Helm does.
func (r *renderer) execute(set *template.Template, name string, data any) (string, error) {
	var out strings.Builder
	if err := set.ExecuteTemplate(r.writer(&out), name, data); err != nil {
		return "", err
	}
	return strings.ReplaceAll(out.String(), "<no value>", ""), nil
}

// maxIncludes is Helm's limit; Helm has none for texts within texts.
const (
	maxIncludes = 1000
	maxTpls     = 100
)

func (r *renderer) include(set *template.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		if err := r.spend(callCost); err != nil {
			return "", err
		}
		if r.depth[name] > maxIncludes {
			return "", fmt.Errorf("template %q includes itself without end", name)
		}
		r.depth[name]++
		defer func() { r.depth[name]-- }()
		var out strings.Builder
		err := set.ExecuteTemplate(r.writer(&out), name, data)
		return out.String(), err
	}
}

func (r *renderer) tpl(parent *template.Template) func(string, any) (string, error) {
	return func(text string, data any) (string, error) {
		if err := r.spend(tplCost); err != nil {
			return "", err
		}
		if r.tpls++; r.tpls > maxTpls {
			return "", errors.New("tpl renders its own text without end")
		}
		defer func() { r.tpls-- }()
		set, err := parent.Clone()
		if err != nil {
			return "", err
		}
		r.bind(set.Option("missingkey=zero"))
		text = stripMarks(text)
		set = set.New(parent.Name())
		if err := r.parse(set, parent.Name(), text, nil); err != nil {
			return "", fmt.Errorf("cannot parse template %q: %w", text, err)
		}
		var out strings.Builder
		if err := set.ExecuteTemplate(r.writer(&out), parent.Name(), data); err != nil {
			return "", fmt.Errorf("error during tpl function execution for %q: %w", text, err)
		}
		return strings.ReplaceAll(out.String(), "<no value>", ""), nil
	}
}

// builtins are the functions that package template itself has.
var builtins = func() map[string]any {
	names := map[string]any{}
	for _, name := range strings.Fields("and call html index slice js len not or print printf println urlquery eq ge gt le lt ne") {
		names[name] = true
	}
	return names
}()

// partials returns the templates of a chart in the order in which Helm parses
// and renders them: those of sub-charts first, so that the parent's
// definitions win. The data of each is what Helm's engine hands to it.
func (l *loaded) partials(ctx context.Context, values helm.Values) ([]partial, error) {
	var all []partial
	bases := map[string]map[string]any{}
	l.each(l.Chart, func(c *chart.Chart) {
		full := c.ChartFullPath()
		for _, t := range c.Templates {
			if c.Metadata.Type == "library" && !strings.HasPrefix(path.Base(t.Name), "_") {
				continue
			}
			all = append(all, partial{
				name: path.Join(full, t.Name), file: l.names[t], text: string(t.Data), base: path.Join(full, "templates"),
			})
		}
		c.Templates = []*helm.File{{Name: "templates/data", Data: []byte("{{ data . }}")}}
	})
	probe := engine.Engine{LintMode: true, CustomTemplateFuncs: template.FuncMap{"data": func(data map[string]any) string {
		name := data["Template"].(helm.Values)["BasePath"].(string)
		bases[name] = data
		return ""
	}}}
	if _, err := probe.RenderWithContext(ctx, l.Chart, values); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].data = bases[all[i].base]
	}
	slices.SortFunc(all, func(a, b partial) int {
		return -cmp.Or(cmp.Compare(strings.Count(a.name, "/"), strings.Count(b.name, "/")), cmp.Compare(a.name, b.name))
	})
	return all, nil
}

// each calls a function for a chart and all those below it.
func (l *loaded) each(c *chart.Chart, f func(*chart.Chart)) {
	f(c)
	for _, sub := range c.Dependencies() {
		l.each(sub, f)
	}
}
