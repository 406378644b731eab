package load

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// built is an object that a Kustomize build made. Its nodes still carry the
// lines of the manifests and patches that they came from; what a transformer
// set is looked for in the fields of the kustomizations.
type built struct {
	tree *tree
	root string // the name of the root's kustomization
	node *yaml.Node
	doc  manifest.Document // that defines the object
}

// built adds an object of a build.
func (r *reader) built(t *tree, root string, node *yaml.Node) {
	b := &built{tree: t, root: root, node: node}
	b.doc = b.definition()
	r.object(node, header(node), b)
	if n := len(r.objects); n > 0 && r.objects[n-1].Tree == "" {
		r.objects[n-1].Tree = display(t.in.Dir, root)
	}
}

// Span returns the base document.
func (b *built) Span() manifest.Span { return manifest.Span(b.doc) }

// definition returns the document in which the object is defined: the first one
// of a resource that gave it a node. Patches may have set its kind and name
// again.
func (b *built) definition() manifest.Document {
	var patch *position
	var visit func(n *yaml.Node) (position, bool)
	visit = func(n *yaml.Node) (position, bool) {
		if pos, ok := b.tree.place(n); ok {
			if b.tree.outlined(b.root).resources[pos.file] {
				return pos, true
			}
			if patch == nil {
				patch = &pos
			}
		}
		for _, child := range n.Content {
			if pos, ok := visit(child); ok {
				return pos, true
			}
		}
		return position{}, false
	}
	if pos, ok := visit(b.node); ok {
		return documentAt(pos.file, pos.file.Offset(pos.line, 1))
	}
	if doc, ok := b.sameObject(); ok {
		return doc
	}
	if patch != nil {
		return documentAt(patch.file, patch.file.Offset(patch.line, 1))
	}
	file := b.tree.kustoms[b.root].file
	return manifest.Document{File: file, End: len(file.Data)}
}

// documentAt returns the document of a file that holds an offset.
func documentAt(file *manifest.File, offset int) manifest.Document {
	for _, doc := range split(file) {
		if doc.Start <= offset && offset <= doc.End {
			return doc
		}
	}
	return manifest.Document{File: file, End: len(file.Data)}
}

// Locate returns the source line of a field: the first of its candidates that
// holds the field's key and value.
func (b *built) Locate(p manifest.Path) manifest.Origin {
	e, depth := manifest.Find(b.node, p)
	if depth < len(p) {
		origin := b.Locate(p[:depth])
		origin.Precision = max(origin.Precision, manifest.Near)
		return origin
	}
	f := field{path: p, entry: e}
	for _, candidate := range []func(field) (manifest.Span, bool){b.ownLine, b.operation, b.sameElsewhere, b.replacement, b.setByKustomization} {
		if span, ok := candidate(f); ok {
			return manifest.Origin{Span: span, Via: b.via(span)}
		}
	}
	if pos, ok := b.tree.place(e.Key); ok {
		span := pos.span(e.Key.Value)
		return manifest.Origin{Span: span, Precision: manifest.Near, Via: b.via(span)}
	}
	span := b.doc.In(nil).Locate(nil).Span
	return manifest.Origin{Span: span, Precision: manifest.Whole, Via: b.via(span)}
}

// field is the field that is looked for.
type field struct {
	path  manifest.Path
	entry manifest.Entry
}

func (f field) key() string {
	if f.entry.Key == nil {
		return ""
	}
	return f.entry.Key.Value
}

// on reports whether a line holds the field: its key and, where it is short
// enough to stand beside it, its value.
func (f field) on(p position) bool {
	text := p.file.Line(p.line)
	if f.key() != "" && !strings.Contains(text, f.key()) {
		return false
	}
	value := f.entry.Value
	if value.Kind != yaml.ScalarNode {
		return f.key() != "" || len(value.Content) == 0 || strings.Contains(text, value.Content[0].Value)
	}
	return value.Value == "" || strings.ContainsAny(value.Value, "\n") || strings.Contains(text, value.Value)
}

// ownLine is the line that the field's value or key carries.
func (b *built) ownLine(f field) (manifest.Span, bool) {
	for _, n := range []*yaml.Node{f.entry.Value, f.entry.Key} {
		if n == f.entry.Value && f.entry.Key != nil && n.Kind != yaml.ScalarNode {
			continue
		}
		if pos, ok := b.tree.place(n); ok && f.on(pos) {
			return pos.span(f.key()), true
		}
	}
	return manifest.Span{}, false
}

// operation is the operation of a JSON patch that wrote the field; the library
// loses the lines of what such a patch touches. Later operations win.
func (b *built) operation(f field) (manifest.Span, bool) {
	patches, object := b.tree.outlined(b.root).patches(), b.written()
	for i := len(patches) - 1; i >= 0; i-- {
		if !patches[i].targets(object) {
			continue
		}
		ops := patches[i].node.Content
		for j := len(ops) - 1; j >= 0; j-- {
			at, value := child(ops[j], "path"), child(ops[j], "value")
			if at == nil || value == nil {
				continue
			}
			rest, ok := below(f.path, at.Value)
			if !ok {
				continue
			}
			e, depth := manifest.Find(value, rest)
			if depth < len(rest) || !equal(e.Value, f.entry.Value) {
				continue
			}
			return patches[i].span(ops[j], e), true
		}
	}
	return manifest.Span{}, false
}

// below returns what remains of a path after a JSON pointer; "-" stands for
// any index.
func below(p manifest.Path, pointer string) (manifest.Path, bool) {
	for _, token := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		if len(p) == 0 {
			return nil, false
		}
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		if p[0].IsItem() && token != "-" && token != strconv.Itoa(p[0].Index) || !p[0].IsItem() && token != p[0].Key {
			return nil, false
		}
		p = p[1:]
	}
	return p, true
}

// like reports whether a field in a source may have become one of the result:
// the value is the same, or both are maps or lists, which others may have added
// to.
func like(source, result *yaml.Node) bool {
	if source.Kind == yaml.ScalarNode {
		return equal(source, result)
	}
	return source.Kind == result.Kind
}

// equal compares what two nodes say.
func equal(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Kind == yaml.ScalarNode && a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
