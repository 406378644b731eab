package main

import (
	"context"
	"fmt"
	"io"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

const fewDifferences = 10

// printConnectivity says how the fixes changed what is allowed.
func printConnectivity(ctx context.Context, w io.Writer, first, last *linted, o *lint.Options, all bool) error {
	var lines []string
	gained, lost := 0, 0
	for i, b := range first.read.Bundles {
		var after *graph.Graph
		for j, other := range last.read.Bundles {
			if other.Name == b.Name {
				after = last.graphs[j]
			}
		}
		if after == nil {
			continue
		}
		old, err := reach.New(first.graphs[i], o).Connections(ctx)
		if err != nil {
			return err
		}
		fresh, err := reach.New(after, o).Connections(ctx)
		if err != nil {
			return err
		}
		where := ""
		if len(first.read.Bundles) > 1 {
			where = " in " + b.Name
		}
		for _, d := range reach.Compare(old, fresh) {
			if more := d.Gained.May.Union(d.Gained.Must); !more.Empty() {
				gained++
				lines = append(lines, fmt.Sprintf("  + %s -> %s %s%s", d.Source, d.Destination, more, where))
			}
			if less := d.Lost.May.Union(d.Lost.Must); !less.Empty() {
				lost++
				lines = append(lines, fmt.Sprintf("  - %s -> %s %s%s", d.Source, d.Destination, less, where))
			}
		}
	}
	if gained+lost == 0 {
		fmt.Fprintln(w, "connections: unchanged")
		return nil
	}
	fmt.Fprintf(w, "connections: %d gained, %d lost\n", gained, lost)
	for i, line := range lines {
		if i == fewDifferences && !all {
			fmt.Fprintf(w, "  and %d more; -v shows all\n", len(lines)-i)
			break
		}
		fmt.Fprintln(w, line)
	}
	return nil
}
