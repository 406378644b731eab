package fix

import (
	"context"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// NearAndAnywhere returns what a change makes different near its policies and in
// the whole bundle; ok is false where that is the same objects.
func NearAndAnywhere(t *testing.T, g *graph.Graph, b *manifest.Bundle, c *Change, o *lint.Options) (local, all []reach.Difference, ok bool) {
	t.Helper()
	ctx := context.Background()
	after, touched, err := c.in(ctx, b)
	if err != nil {
		t.Fatal(err)
	}
	others := strangers(b, objectsOf(touched))
	part := near(g, b.Objects, touched)
	if len(touched) == 0 || len(part) == len(b.Objects) {
		return nil, nil, false
	}
	if all, err = compare(ctx, slices.Concat(b.Objects, others), slices.Concat(after, others), o); err != nil {
		t.Fatal(err)
	}
	if local, err = compare(ctx, slices.Concat(part, others), slices.Concat(near(g, after, touched), others), o); err != nil {
		t.Fatal(err)
	}
	return local, all, true
}
