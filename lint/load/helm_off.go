package load

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	chart "helm.sh/helm/v4/pkg/chart/v2"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// kindLine is a line that says of which kind an object is.
var kindLine = regexp.MustCompile(`(?m)^[ \t]*(?:- )?kind:[ \t]*["']?(\w+)["']?[ \t\r]*(?:#.*)?$`)

func isPolicy(kind string) bool {
	return strings.HasSuffix(kind, "NetworkPolicy") && schema.Known(kind)
}

// mention is a place of a template that writes a policy if it is rendered.
type mention struct {
	textPlace
	kind  string
	under string // the condition that it is rendered under
}

// unrendered names the policies that the templates hold and these values do
// not render, with the condition that they stand under.
func (c *release) unrendered(objects []*manifest.Object) []manifest.Skipped {
	rendered := map[string]bool{} // the kinds of policies, by template
	for _, o := range objects {
		if t := o.File(); isPolicy(o.ID.Kind) {
			rendered[t.Name+" "+o.ID.Kind] = true
		}
	}
	mentions := c.mentions()
	count := map[string]int{}
	for _, m := range mentions {
		count[c.files.file(m.file).Name+" "+m.kind]++
	}
	var skipped []manifest.Skipped
	for _, m := range mentions {
		id := c.files.file(m.file).Name + " " + m.kind
		if rendered[id] && count[id] == 1 || c.wrote(m.textPlace) {
			continue
		}
		skipped = append(skipped, c.skip(m))
	}
	return skipped
}

func (c *release) skip(m mention) manifest.Skipped {
	file := c.files.file(m.file)
	reason := fmt.Sprintf("renders no %s with these values", m.kind)
	if m.under != "" {
		reason += "; it stands under " + m.under
	}
	return manifest.Skipped{File: fmt.Sprintf("%s:%d", file.Name, file.Position(m.offset).Line), Reason: reason}
}

// wrote reports whether a place of a template wrote a line.
func (c *release) wrote(at textPlace) bool {
	for _, lines := range c.follow() {
		for _, line := range lines {
			if slices.Contains(line.all, at) {
				return true
			}
		}
	}
	return false
}

// mentions returns the policies in the chart's templates, those of sub-charts
// that are turned off too, in the order of the files.
func (c *release) mentions() []mention {
	var all []mention
	for _, name := range slices.Sorted(maps.Keys(c.files.texts)) {
		dir, _, inTemplates := strings.Cut("/"+name, "/templates/")
		if !inTemplates || !kindLine.Match(c.files.texts[name]) {
			continue
		}
		under := ""
		for _, off := range slices.Sorted(maps.Keys(c.off)) {
			if under == "" && strings.HasPrefix(dir+"/", "/"+off+"/") {
				under = c.off[off]
			}
		}
		text := string(c.files.texts[name])
		lead := len(text) - len(strings.TrimPrefix(text, string(utf8BOM)))
		trees := map[string]*parse.Tree{}
		tree := parse.New(name)
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(text[lead:], "", "", trees); err != nil {
			continue
		}
		for _, defined := range slices.Sorted(maps.Keys(trees)) {
			f := finder{file: name, lead: lead}
			within := under
			if defined != name {
				within = both(under, fmt.Sprintf("{{ define %q }}", defined))
			}
			f.find(trees[defined].Root, within)
			all = append(all, f.found...)
		}
	}
	return all
}

// finder looks for policies in one template.
type finder struct {
	file  string
	lead  int
	found []mention
}

func (f *finder) find(list *parse.ListNode, under string) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			for _, at := range kindLine.FindAllSubmatchIndex(n.Text, -1) {
				if kind := string(n.Text[at[2]:at[3]]); isPolicy(kind) {
					blanks := len(n.Text[at[0]:]) - len(strings.TrimLeft(string(n.Text[at[0]:]), " \t"))
					place := textPlace{f.file, f.lead + int(n.Pos) + at[0] + blanks}
					f.found = append(f.found, mention{place, kind, under})
				}
			}
		case *parse.IfNode:
			f.branches(&n.BranchNode, "if", under)
		case *parse.WithNode:
			f.branches(&n.BranchNode, "with", under)
		case *parse.RangeNode:
			f.branches(&n.BranchNode, "range", under)
		}
	}
}

func (f *finder) branches(n *parse.BranchNode, word, under string) {
	condition := fmt.Sprintf("{{ %s %s }}", word, n.Pipe)
	f.find(n.List, both(under, condition))
	f.find(n.ElseList, both(under, "the else of "+condition))
}

func both(a, b string) string {
	if a == "" {
		return b
	}
	return a + " and " + b
}

// conditions returns what turns each sub-chart off, by its folder.
func (l *loaded) conditions() map[string]string {
	out := map[string]string{}
	l.each(l.Chart, func(c *chart.Chart) {
		for _, d := range c.Metadata.Dependencies {
			for _, sub := range c.Dependencies() {
				if d == nil || sub.Name() != d.Name {
					continue
				}
				switch {
				case d.Condition != "":
					out[l.dirs[sub]] = "the sub-chart's condition " + d.Condition
				case len(d.Tags) > 0:
					out[l.dirs[sub]] = "the sub-chart's tags " + strings.Join(d.Tags, ", ")
				}
			}
		}
	})
	return out
}

// off returns those of the conditions whose sub-chart is not there.
func (l *loaded) off(conditions map[string]string) map[string]string {
	l.each(l.Chart, func(c *chart.Chart) {
		for _, t := range c.Templates {
			for dir := path.Dir(l.names[t]); dir != "."; dir = path.Dir(dir) {
				delete(conditions, dir)
			}
		}
	})
	return conditions
}
