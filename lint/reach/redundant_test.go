package reach_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/rules"
)

// TestRedundantTogether checks that everything which is reported as redundant
// can go at once: no answer changes.
func TestRedundantTogether(t *testing.T) {
	var checked []*lint.Rule
	for _, r := range rules.All() {
		if r.Name == "redundant-rule" || r.Name == "redundant-policy" {
			checked = append(checked, r)
		}
	}
	removed := 0
	for seed := range uint64(rounds(60)) {
		g := newGenerator(seed + 7000)
		docs := g.networkPoliciesOnly()
		for i := range 8 { // many policies in one namespace
			np := g.networkPolicy(fmt.Sprintf("more%d", i))
			np["metadata"].(doc)["namespace"] = "x"
			docs = append(docs, np)
		}
		fewer, n := withoutRedundant(t, docs, checked)
		removed += n
		names := namesIn(docs)
		before, err := verdicts(docs, names)
		if err != nil {
			t.Fatal(err)
		}
		after, err := verdicts(fewer, names)
		if err != nil {
			t.Fatal(err)
		}
		for pair, v := range before {
			if v != after[pair] {
				t.Fatalf("seed %d: %s was %v, is %v without what is redundant: from\n%s\nto\n%s", seed, pair, v, after[pair], text(docs), text(fewer))
			}
		}
	}
	if removed < 50 {
		t.Errorf("only %d redundant parts were removed", removed)
	}
}

func withoutRedundant(t *testing.T, docs []doc, checked []*lint.Rule) ([]doc, int) {
	t.Helper()
	objects, err := objectsOf(text(docs))
	if err != nil {
		t.Fatal(err)
	}
	bundle := &manifest.Bundle{Objects: objects}
	found, err := lint.Run(context.Background(), checked, bundle, graph.New(objects), lint.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	// From the back, so that the places of the others stay.
	slices.SortFunc(found, func(a, b lint.Diagnostic) int { return -comparePaths(a.Path, b.Path) })
	fewer := cloned(docs)
	for _, d := range found {
		i := slices.IndexFunc(fewer, func(f doc) bool {
			return f["kind"] == "NetworkPolicy" && f["metadata"].(doc)["name"] == d.Object.ID.Name && namespaceOf(f) == d.Object.ID.Namespace
		})
		switch {
		case i < 0: // the policy is gone
		case d.Rule.Name == "redundant-policy":
			fewer = slices.Delete(fewer, i, i+1)
		default:
			fewer[i] = removeAt(fewer[i], d.Path).(doc)
		}
	}
	return fewer, len(found)
}

func comparePaths(a, b manifest.Path) int {
	return slices.CompareFunc(a, b, func(s, t manifest.Step) int {
		return cmp.Or(cmp.Compare(s.Key, t.Key), cmp.Compare(s.Index, t.Index))
	})
}

// removeAt returns a value without the list item at a path.
func removeAt(value any, path manifest.Path) any {
	step := path[0]
	if !step.IsItem() {
		d := value.(doc)
		d[step.Key] = removeAt(d[step.Key], path[1:])
		return d
	}
	list := value.([]any)
	if len(path) == 1 {
		return slices.Delete(list, step.Index, step.Index+1)
	}
	list[step.Index] = removeAt(list[step.Index], path[1:])
	return list
}
