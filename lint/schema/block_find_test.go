package schema_test

import (
	"math/rand/v2"
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// compareFind places fields of a document in both ways: some that stand in it,
// all of them if some is 0, and for each one that does not. It returns how many
// of them the fast one could place.
func compareFind(t testing.TB, random *rand.Rand, text string, some int) (placed int) {
	t.Helper()
	doc := manifest.Document{File: &manifest.File{Data: []byte(text)}, End: len(text)}
	root, err := doc.Parse()
	if err != nil || root == nil {
		return 0
	}
	paths := pathsIn(root, nil)
	random.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	if some > 0 {
		paths = paths[:min(some, len(paths))]
	}
	for _, p := range paths {
		for _, p := range []manifest.Path{p, p.Key("none"), p.Item(1)} {
			if _, ok := schema.Find(doc.Text(), 0, p); !ok {
				continue
			}
			placed++
			got, want := doc.FoundBy(schema.Find).Locate(p), doc.In(nil).Locate(p)
			if got.Span != want.Span || got.Precision != want.Precision || len(want.Via) > 0 {
				t.Fatalf("%s is placed at %q (%d), and by the parser at %q (%d):\n%s",
					p, got.Span.Text(), got.Span.Start, want.Span.Text(), want.Span.Start, text)
			}
		}
	}
	return placed
}

// pathsIn returns the paths of all entries of a syntax tree.
func pathsIn(node *yaml.Node, at manifest.Path) []manifest.Path {
	paths := []manifest.Path{at}
	for i, child := range node.Content {
		switch {
		case node.Kind == yaml.SequenceNode:
			paths = append(paths, pathsIn(child, at.Item(i))...)
		case i%2 == 1:
			paths = append(paths, pathsIn(child, at.Key(node.Content[i-1].Value))...)
		}
	}
	return paths
}

func TestFindAgrees(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 1))
	placed, texts := 0, documents(t)
	for _, text := range texts {
		placed += compareFind(t, random, text, 0)
	}
	if placed < 10*len(texts) {
		t.Errorf("of %d documents, %d fields could be placed: too few to compare", len(texts), placed)
	}
	for range tries(20_000) {
		compareFind(t, random, mutate(random, texts), 2)
	}
}
