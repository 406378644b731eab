package fix

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// World is an input as the changes leave it that have been accepted so far. A
// change is judged by what it does on top of them.
type World struct {
	options *lint.Options
	bundles []*manifest.Bundle
	changes []*Change
	// graphs are those of the bundles, as far as namespaces go.
	graphs map[*manifest.Bundle]*graph.Graph
}

// NewWorld returns the world of some bundles, which stay as they are.
func NewWorld(bundles []*manifest.Bundle, o *lint.Options) *World {
	w := &World{options: o, graphs: map[*manifest.Bundle]*graph.Graph{}}
	for _, b := range bundles {
		own := *b
		w.bundles = append(w.bundles, &own)
	}
	return w
}

// Effect compares the connections of every bundle that holds an object that the
// change touches with those after it. Beside the workloads of the input, pods
// stand in for those that policies may meet elsewhere.
func (w *World) Effect(ctx context.Context, c *Change) (Effect, error) {
	var e Effect
	if c.NewFile != nil && !slices.ContainsFunc(w.bundles, c.joins) {
		return e, ErrNotRead
	}
	c, err := w.onTop(c)
	if err != nil {
		return e, err
	}
	for _, b := range w.bundles {
		after, touched, err := c.in(ctx, b)
		if err != nil {
			return e, err
		}
		if len(touched) == 0 {
			continue
		}
		g := w.graph(b)
		others := strangers(b, objectsOf(touched))
		differences, err := compare(ctx, slices.Concat(near(g, b.Objects, touched), others), slices.Concat(near(g, after, touched), others), w.options)
		if err != nil {
			return e, fmt.Errorf("evaluate the fix in %s: %w", b.Name, err)
		}
		e.Differences = append(e.Differences, differences...)
		e.Class = max(e.Class, classOf(differences))
		if slices.ContainsFunc(objectsOf(touched), unmodelled) {
			e.Class = Widen // nobody knows
		}
	}
	return e, nil
}

// graph returns the graph of a bundle, whose policies and workloads may be those
// before accepted changes.
func (w *World) graph(b *manifest.Bundle) *graph.Graph {
	if w.graphs[b] == nil {
		w.graphs[b] = graph.New(b.Objects)
	}
	return w.graphs[b]
}

// replaced is an object before and after a change, nil before it is added.
type replaced struct{ before, after *manifest.Object }

func objectsOf(touched []replaced) []*manifest.Object {
	var objects []*manifest.Object
	for _, t := range touched {
		if t.before != nil {
			objects = append(objects, t.before)
		}
		objects = append(objects, t.after)
	}
	return objects
}

// in returns the objects of a bundle after the change, and those that it
// touches.
func (c *Change) in(ctx context.Context, b *manifest.Bundle) (after []*manifest.Object, touched []replaced, err error) {
	for _, o := range b.Objects {
		changed := c.replacement(o)
		if changed == nil {
			after = append(after, o)
			continue
		}
		after, touched = append(after, changed), append(touched, replaced{o, changed})
	}
	if c.NewFile != nil && c.joins(b) {
		added, err := c.added(ctx, b)
		if err != nil {
			return nil, nil, err
		}
		after = append(after, added...)
		for _, o := range added {
			touched = append(touched, replaced{after: o})
		}
	}
	return after, touched, nil
}

// joins reports whether the file that a change adds would be read into a bundle:
// one that holds objects of the file's folder, and not as one of several files
// there that are alternatives, after which it is named.
func (c *Change) joins(b *manifest.Bundle) bool {
	beside := false
	for _, o := range b.Objects {
		name := o.File().Name
		if path.Dir(name) != path.Dir(c.NewFile.Name) {
			continue
		}
		if path.Base(name) == path.Base(b.Name) {
			return false
		}
		_, _, plain := o.Document()
		beside = beside || plain
	}
	return beside
}

// ErrNotRead says of a change that adds a file that no bundle would hold it: a
// tree or chart would have to name it first, or the files of its folder are
// alternatives.
var ErrNotRead = errors.New("the new file would not be read together with the others here; add its policies where they come from")

// Names returns the files that the change is about, sorted.
func (c *Change) Names() []string {
	var names []string
	for _, e := range c.Edits {
		names = append(names, e.File.Name)
	}
	if c.NewFile != nil {
		names = append(names, c.NewFile.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ErrOverlap says of a change that it is about the same text as another one that
// has been accepted. It may be made after that.
var ErrOverlap = errors.New("another fix changes the same text")

// onTop returns a change as it is together with those that have been accepted of
// the same documents.
func (w *World) onTop(c *Change) (*Change, error) {
	all := slices.Clone(c.Edits)
	docs := make([]*changed, len(c.docs))
	for i, d := range c.docs {
		own := *d
		docs[i] = &own
	}
	for _, other := range w.changes {
		if c.conflicts(other) {
			return nil, ErrOverlap
		}
		all = append(all, other.Edits...)
		for _, d := range docs {
			for _, o := range other.docs {
				if o.File.Name == d.File.Name && o.Start == d.Start {
					d.ops = slices.Concat(o.ops, d.ops)
					d.objects = slices.Concat(o.objects, d.objects)
				}
			}
		}
	}
	for _, d := range docs {
		if err := d.verify(all); err != nil {
			return nil, ErrOverlap
		}
	}
	return &Change{Edits: c.Edits, NewFile: c.NewFile, docs: docs}, nil
}

// Accept makes a change part of the world. It refuses one of text that has been
// changed already: its places are no longer what they were.
func (w *World) Accept(ctx context.Context, c *Change) error {
	whole, err := w.onTop(c)
	if err != nil {
		return err
	}
	objects := make([][]*manifest.Object, len(w.bundles))
	touched := make([][]replaced, len(w.bundles))
	for i, b := range w.bundles {
		if objects[i], touched[i], err = whole.in(ctx, b); err != nil {
			return err
		}
	}
	for i, b := range w.bundles {
		b.Objects = objects[i]
		if slices.ContainsFunc(touched[i], func(t replaced) bool {
			return !graph.IsNetworkPolicy(t.after.ID) || t.before == nil || t.before.ID != t.after.ID
		}) {
			delete(w.graphs, b) // namespaces may be others
		}
	}
	w.changes = append(w.changes, c)
	return nil
}

func (c *Change) conflicts(other *Change) bool {
	if c == other {
		return true
	}
	for _, e := range c.Edits {
		if slices.ContainsFunc(other.Edits, func(o Edit) bool { return touch(e, o) }) {
			return true
		}
	}
	return c.NewFile != nil && other.NewFile != nil && c.NewFile.Name == other.NewFile.Name
}

// File is a file after the accepted changes. Old is nil for a new one.
type File struct {
	Name     string
	Old, New []byte
}

// Files returns the files that the accepted changes make different, sorted by
// name.
func (w *World) Files() []File {
	var files []File
	edits := map[string][]Edit{}
	for _, c := range w.changes {
		for _, e := range c.Edits {
			if edits[e.File.Name] == nil {
				files = append(files, File{Name: e.File.Name, Old: e.File.Data})
			}
			edits[e.File.Name] = append(edits[e.File.Name], e)
		}
		if c.NewFile != nil {
			files = append(files, File{Name: c.NewFile.Name, New: c.NewFile.Data})
		}
	}
	for i, f := range files {
		if f.Old != nil {
			files[i].New = apply(f.Old, edits[f.Name])
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}
