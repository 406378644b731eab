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
	for _, k := range b.tree.chain(b.root) {
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
	for _, resources := range []bool{false, true} {
		for _, file := range b.tree.manifests() {
			if b.tree.isResource(file) != resources {
				continue
			}
			for _, doc := range split(file) {
				if node, ok := b.same(doc); ok {
					if e, depth := manifest.Find(node, f.path); depth == len(f.path) && like(e.Value, f.entry.Value) {
						return doc.In(nil).Locate(f.path).Span, true
					}
				}
			}
		}
	}
	return manifest.Span{}, false
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
	for _, file := range b.tree.manifests() {
		if !b.tree.isResource(file) {
			continue
		}
		for _, doc := range split(file) {
			if _, ok := b.same(doc); ok {
				return doc, true
			}
		}
	}
	return manifest.Document{}, false
}

// same returns the root of a document that is about the object, by its kind and
// its name before prefixes and suffixes.
func (b *built) same(doc manifest.Document) (*yaml.Node, bool) {
	node, err := doc.Parse()
	if err != nil || node == nil || header(node).Kind != header(b.node).Kind {
		return nil, false
	}
	written, depth := manifest.Find(node, manifest.Field("metadata", "name"))
	return node, depth == 2 && written.Value.Value == b.writtenName()
}

// writtenName is the object's name without the prefixes and suffixes that the
// kustomizations add.
func (b *built) writtenName() string {
	e, depth := manifest.Find(b.node, manifest.Field("metadata", "name"))
	if depth < 2 {
		return ""
	}
	name := e.Value.Value
	for _, k := range b.tree.chain(b.root) {
		if n := child(k.node, "namePrefix"); n != nil {
			name = strings.TrimPrefix(name, n.Value)
		}
		if n := child(k.node, "nameSuffix"); n != nil {
			name = strings.TrimSuffix(name, n.Value)
		}
	}
	return name
}

// isResource reports whether a file is one of a kustomization's resources
// rather than a patch.
func (t *tree) isResource(file *manifest.File) bool {
	for _, k := range t.kustoms {
		for _, r := range k.refs {
			if r.resource && r.name != "" && t.files[r.name] == file {
				return true
			}
		}
	}
	return false
}
