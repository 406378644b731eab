package fix

import (
	"context"
	"embed"
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// Class is what a change does to connections, in every bundle and in every
// completion of the input.
type Class uint8

// The classes, in the order of the harm that they may do.
const (
	Safe    Class = iota // the same connections
	Tighten              // fewer
	Widen                // some that there were not, even if others are gone
)

// String returns the class as flags and JSON spell it.
func (c Class) String() string { return [...]string{"safe", "tighten", "widen"}[c] }

// Effect is the class of a change and the connections that differ.
type Effect struct {
	Class       Class
	Differences []reach.Difference
}

func classOf(differences []reach.Difference) Class {
	class := Safe
	for _, d := range differences {
		class = max(class, Tighten)
		if !d.Gained.Must.Empty() || !d.Gained.May.Empty() {
			return Widen
		}
	}
	return class
}

// unmodelled reports whether an object is a policy of a kind that the engine does
// not evaluate.
func unmodelled(o *manifest.Object) bool {
	g := graph.New([]*manifest.Object{o})
	return len(g.ClusterWide) > 0 || slices.ContainsFunc(g.Namespaces, func(n *graph.Namespace) bool { return len(n.Unmodelled) > 0 })
}

func compare(ctx context.Context, before, after []*manifest.Object, o *lint.Options) ([]reach.Difference, error) {
	old, err := reach.New(graph.New(before), o).Connections(ctx)
	if err != nil {
		return nil, err
	}
	fresh, err := reach.New(graph.New(after), o).Connections(ctx)
	if err != nil {
		return nil, err
	}
	return reach.Compare(old, fresh), nil
}

// added returns the objects of the file that the change adds, as they stand in a
// bundle that holds objects beside it.
func (c *Change) added(ctx context.Context, b *manifest.Bundle) ([]*manifest.Object, error) {
	if c.NewFile == nil {
		return nil, nil
	}
	r, err := load.Load(ctx, load.Input{FS: embed.FS{}, Dir: ".", Stdin: c.NewFile.Data})
	if err != nil {
		return nil, fmt.Errorf("read the new file %s: %w", c.NewFile.Name, err)
	}
	objects := r.Bundles[0].Objects
	for _, o := range objects {
		if o.ID.Namespace == "" {
			o.Root = rootBeside(b, c.NewFile.Name)
		}
	}
	return objects, nil
}
