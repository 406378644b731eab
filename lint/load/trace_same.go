package load

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// sameElsewhere is the line of the same field with the same value in a document
// or patch that says it of an object of this kind and name. Patches go first:
// what they say wins.
func (b *built) sameElsewhere(f field) (manifest.Span, bool) {
	for _, k := range b.tree.outlined(b.root).chain {
		for _, list := range []string{"patches", "patchesStrategicMerge"} {
			items := child(k.node, list)
			if items == nil {
				continue
			}
			for _, item := range items.Content {
				if span, ok := b.inPatch(f, k, item); ok {
					return span, true
				}
			}
		}
	}
	for _, doc := range b.tree.outlined(b.root).documents()[b.written()] {
		if e, depth := find(doc, f.path); depth == len(f.path) && like(e.Value, f.entry.Value) {
			return doc.In(nil).Locate(f.path).Span, true
		}
	}
	return manifest.Span{}, false
}

// find looks a path up in a document.
func find(doc manifest.Document, p manifest.Path) (manifest.Entry, int) {
	node, err := doc.Parse()
	if err != nil || node == nil {
		return manifest.Entry{}, -1
	}
	return manifest.Find(node, p)
}

// inPatch looks a field up in a patch that is written within a kustomization.
func (b *built) inPatch(f field, k *kustomization, item *yaml.Node) (manifest.Span, bool) {
	if item.Kind == yaml.MappingNode {
		item = child(item, "patch")
	}
	if item == nil || !strings.Contains(item.Value, "\n") {
		return manifest.Span{}, false
	}
	text := &manifest.File{Data: []byte(item.Value)}
	node, ok := b.same(manifest.Document{File: text, End: len(text.Data)})
	if !ok {
		return manifest.Span{}, false
	}
	e, depth := manifest.Find(node, f.path)
	if depth < len(f.path) || !like(e.Value, f.entry.Value) {
		return manifest.Span{}, false
	}
	n := e.Value
	if e.Key != nil {
		n = e.Key
	}
	return position{k.file, n.Line + item.Line, n.Column + indentOf(k.file, item.Line)}.span(f.key()), true
}

// sameObject returns the document of a resource that is about the object.
func (b *built) sameObject() (manifest.Document, bool) {
	o := b.tree.outlined(b.root)
	for _, doc := range o.documents()[b.written()] {
		if o.resources[doc.File] {
			return doc, true
		}
	}
	return manifest.Document{}, false
}

// same returns the root of a document that is about the object, by its kind and
// its name before prefixes and suffixes.
func (b *built) same(doc manifest.Document) (*yaml.Node, bool) {
	node, err := doc.Parse()
	if err != nil || node == nil {
		return nil, false
	}
	return node, writtenIn(node) == b.written()
}
