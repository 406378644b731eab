package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// query is what the commands that ask the engine have in common.
type query struct{ flags }

func (q *query) register(cmd *cobra.Command) {
	q.registerWorld(cmd)
	q.registerInput(cmd)
}

// asked is one bundle with its engine.
type asked struct {
	bundle *manifest.Bundle
	graph  *graph.Graph
	engine *reach.Engine
}

// load reads the paths. What could not be read is the error; the rest is
// returned all the same. What was not analysed is told on standard error.
func (q *query) load(ctx context.Context, args []string, changed func(string) bool, std streams) ([]asked, error) {
	if err := q.configure(changed); err != nil {
		return nil, err
	}
	options, err := q.world()
	if err != nil {
		return nil, err
	}
	in, err := q.input(args, std)
	if err != nil {
		return nil, err
	}
	read, trouble := load.Load(ctx, in)
	if q.bundle != "" {
		if read.Bundles, err = onlyBundle(read.Bundles, q.bundle); err != nil {
			return nil, err
		}
	}
	if read.Empty() && trouble == nil {
		return nil, fmt.Errorf("no Kubernetes manifest found in %s", strings.Join(q.shown(args), ", "))
	}
	var all []asked
	for _, b := range read.Bundles {
		trouble = errors.Join(trouble, unread(b))
		g := graph.New(b.Objects)
		all = append(all, asked{b, g, reach.New(g, options)})
		for _, s := range b.Skipped {
			fmt.Fprintf(std.err, "not analysed: %s: %s\n", s.File, s.Reason)
		}
	}
	return all, trouble
}

func (q *query) shown(args []string) []string {
	if len(args) == 0 {
		return []string{"the working directory"}
	}
	return args
}

// unread returns what of a bundle could not be read as an error: an answer
// that leaves policies out would be wrong.
func unread(b *manifest.Bundle) error {
	var errs []error
	for _, p := range b.Problems {
		name := "<input>"
		line := 1
		if p.Span.File != nil {
			name, line = p.Span.File.Name, p.Span.File.Position(p.Span.Start).Line
		}
		errs = append(errs, fmt.Errorf("%s:%d: %s", name, line, p.Message))
	}
	return errors.Join(errs...)
}

// workloadsNamed returns the workloads that a user may mean by ns/kind/name,
// ns/name, kind/name or name.
func workloadsNamed(g *graph.Graph, name string) []*graph.Workload {
	parts := strings.Split(name, "/")
	var found []*graph.Workload
	for _, w := range g.Workloads {
		full := []string{w.Namespace.String(), w.Kind, w.Name}
		if matchesName(full, parts) {
			found = append(found, w)
		}
	}
	return found
}

func matchesName(full, parts []string) bool {
	switch len(parts) {
	case 1:
		return parts[0] == full[2]
	case 2:
		return parts[1] == full[2] && (parts[0] == full[0] || strings.EqualFold(parts[0], full[1]))
	case 3:
		return parts[0] == full[0] && strings.EqualFold(parts[1], full[1]) && parts[2] == full[2]
	}
	return false
}

// suggestWorkload ends an error about a name that nothing has.
func suggestWorkload(all []asked, name string) string {
	last := name[strings.LastIndexByte(name, '/')+1:]
	var names []string
	full := map[string]string{}
	for _, a := range all {
		for _, w := range a.graph.Workloads {
			if full[w.Name] == "" {
				full[w.Name] = reach.Workload(w).String()
				names = append(names, w.Name)
			}
		}
	}
	slices.Sort(names)
	if slices.Contains(names, last) {
		return "; there is " + full[last]
	}
	return lint.Suggest(last, names)
}
