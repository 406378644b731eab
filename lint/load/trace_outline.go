package load

import (
	"maps"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// outline is what a finished build is asked for at every field. It is made when
// it is first asked for.
type outline struct {
	once sync.Once
	// chain holds the kustomizations of the build from the root inwards, in the
	// order in which they are named.
	chain []*kustomization
	// leads holds the entries that lead from the root's kustomization to a file,
	// outermost first.
	leads map[*manifest.File][]manifest.Span
	// resources are the files that are resources of a kustomization rather than
	// patches.
	resources map[*manifest.File]bool
	// documents are those of patches and, after them, of resources, by what they
	// say that they are about.
	documents func() map[written][]manifest.Document
	patches   func() []jsonPatch
	// prefixes and suffixes are what the kustomizations add to names.
	prefixes, suffixes []string
}

// written is the kind and name of an object as a document has them.
type written struct{ kind, name string }

func (t *tree) outlined(root string) *outline {
	o := &t.outline
	o.once.Do(func() {
		o.leads, o.resources = map[*manifest.File][]manifest.Span{}, map[*manifest.File]bool{}
		t.visit(root, nil, map[string]bool{})
		for _, k := range o.chain {
			o.prefixes = append(o.prefixes, textOf(k.node, "namePrefix"))
			o.suffixes = append(o.suffixes, textOf(k.node, "nameSuffix"))
		}
		o.documents = sync.OnceValue(t.documents)
		o.patches = sync.OnceValue(func() []jsonPatch { return t.jsonPatches(o.chain) })
	})
	return o
}

// visit adds a kustomization and what it names to the outline.
func (t *tree) visit(name string, lead []manifest.Span, seen map[string]bool) {
	k := t.kustoms[name]
	if k == nil || seen[name] {
		return
	}
	seen[name] = true
	o := &t.outline
	o.chain = append(o.chain, k)
	o.lead(k.file, lead)
	for _, r := range k.refs {
		if r.name == "" {
			continue
		}
		step := append(lead[:len(lead):len(lead)], r.span)
		if file := t.files[r.name]; file != nil {
			o.lead(file, step)
			o.resources[file] = o.resources[file] || r.resource
		}
		if r.resource {
			t.visit(kustomizationIn(t.in, r.name), step, seen)
		}
	}
}

func (o *outline) lead(file *manifest.File, spans []manifest.Span) {
	if _, known := o.leads[file]; !known {
		o.leads[file] = spans
	}
}

// documents returns the documents of the manifests and patches that a build has
// read.
func (t *tree) documents() map[written][]manifest.Document {
	patches, all := map[written][]manifest.Document{}, map[written][]manifest.Document{}
	for _, name := range slices.Sorted(maps.Keys(t.files)) {
		if !t.padded[name] {
			continue
		}
		file := t.files[name]
		for _, doc := range split(file) {
			node, err := doc.Parse()
			if err != nil || node == nil {
				continue
			}
			id := writtenIn(node)
			if t.outline.resources[file] {
				all[id] = append(all[id], doc)
			} else {
				patches[id] = append(patches[id], doc)
			}
		}
	}
	for id, docs := range all {
		patches[id] = append(patches[id], docs...)
	}
	return patches
}

// writtenIn returns what the document of a node says that it is about.
func writtenIn(node *yaml.Node) written {
	w := written{kind: header(node).Kind}
	if e, depth := manifest.Find(node, manifest.Field("metadata", "name")); depth == 2 {
		w.name = e.Value.Value
	}
	return w
}

// written is what an object is called before prefixes and suffixes.
func (b *built) written() written {
	w := writtenIn(b.node)
	o := b.tree.outlined(b.root)
	for i := range o.chain {
		w.name = strings.TrimSuffix(strings.TrimPrefix(w.name, o.prefixes[i]), o.suffixes[i])
	}
	return w
}

// via returns the entries that lead from the root's kustomization to the file
// of a span, outermost first.
func (b *built) via(span manifest.Span) []manifest.Span {
	return b.tree.outlined(b.root).leads[span.File]
}
