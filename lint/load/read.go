package load

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
	"github.com/nplint/nplint/lint/work"
)

// reading is what some files gave.
type reading struct {
	files    []*manifest.File
	objects  []*manifest.Object
	problems []manifest.Problem
	skipped  []manifest.Skipped
	passed   int // documents that are none of our business
}

// file reads the documents of one file, which is read from a name.
func (r *reader) file(file *manifest.File, name string) {
	r.files = append(r.files, file)
	switch {
	case bytes.HasPrefix(file.Data, []byte("\x00GITCRYPT")):
		r.skipped = append(r.skipped, manifest.Skipped{File: file.Name, Reason: "encrypted by git-crypt"})
	case bytes.IndexByte(file.Data[:min(len(file.Data), 8000)], 0) >= 0:
		r.problem(manifest.Span{File: file}, "file is not text that kubectl could apply: it holds NUL bytes")
	default:
		type written struct{ template, kind string }
		nth := map[written]int{}
		for _, doc := range split(file) {
			work.Documents.Add(1)
			r.through = nil
			if template := r.templates.of(doc, name); template != nil {
				kind := glance(doc).name
				id := written{template.Name, kind}
				n := nth[id]
				nth[id]++
				r.through = func(inner manifest.Source) manifest.Source { return &sourced{template, kind, n, inner} }
			}
			r.document(doc)
		}
	}
}

// reader reads documents. root is the root that their objects belong to.
type reader struct {
	in   Input
	root string
	// templates, if not nil, finds what a document was rendered from.
	templates *templates
	// through, if not nil, maps the places of rendered text to what it was
	// rendered from.
	through func(manifest.Source) manifest.Source
	blocks  *schema.Blocks
	*reading
}

func newReader(in Input, root string, blocks *schema.Blocks) *reader {
	return &reader{in: in, root: root, blocks: blocks, reading: &reading{}}
}

func (r *reader) problem(span manifest.Span, format string, args ...any) {
	r.problems = append(r.problems, manifest.Problem{
		Kind: manifest.InvalidYAML, Span: span, Message: fmt.Sprintf(format, args...),
	})
}

// document reads one document, or each item of the List that it is.
func (r *reader) document(doc manifest.Document) {
	l := glance(doc)
	if !r.relevant(l) {
		r.passed++
		return
	}
	if l.list() || l.flow {
		if items := cutList(doc, l); items != nil && r.items(items) {
			return
		}
	}
	r.one(doc, l)
}

// one reads a document that stands on its own: by itself where it is written
// as most are, else with the parser.
func (r *reader) one(doc manifest.Document, l look) {
	if r.block(doc, l) {
		return
	}
	if node, ok := r.parse(doc, l); ok {
		r.node(node, doc, nil, "")
	}
}

// block reads a document without the parser and reports whether it could.
func (r *reader) block(doc manifest.Document, l look) bool {
	if l.flow || l.list() || doc.End-doc.Start > r.in.MaxDocument {
		return false
	}
	var head manifest.ID
	var template manifest.Path
	value, ok := r.blocks.Read(doc.Text(), doc.Lead(), func(apiVersion, kind string) (t *schema.Type) {
		head = manifest.ID{APIVersion: apiVersion, Kind: kind}
		t, template = r.typeOf(head)
		return t
	})
	if !ok {
		return false
	}
	o := manifest.NewObject(head, r.source(doc.FoundBy(schema.Find)))
	o.Template, o.Value, o.Written = template, value, value
	r.add(o)
	return true
}

// items reads the documents that a list was cut into. It reports false, and
// reads nothing, if they do not stand on their own: an anchor in one may be
// used in another.
func (r *reader) items(docs []manifest.Document) bool {
	anchors := len(docs) > 0 && bytes.IndexByte(docs[0].File.Data, '&') >= 0
	for _, doc := range docs {
		if anchors && bytes.IndexByte(doc.Text(), '*') >= 0 {
			if _, err := doc.Parse(); err != nil {
				return false
			}
		}
	}
	for _, doc := range docs {
		l := glance(doc)
		if !r.relevant(l) {
			r.passed++
			continue
		}
		r.one(doc, l)
	}
	return true
}

// relevant reports whether a document can hold something that nplint reads.
func (r *reader) relevant(l look) bool {
	return l.relevant() || slices.ContainsFunc(r.in.WorkloadKinds, func(k WorkloadKind) bool { return k.Kind == l.name })
}

// parse returns the root node of a document that can be read.
func (r *reader) parse(doc manifest.Document, l look) (*yaml.Node, bool) {
	if size := doc.End - doc.Start; size > r.in.MaxDocument {
		r.problem(lineOf(doc, doc.Start), "document of %d MiB is larger than the %d MiB that nplint reads at once, so its objects are missing from every other finding",
			size>>20, r.in.MaxDocument>>20)
		return nil, false
	}
	node, err := doc.Parse()
	if err != nil {
		r.unreadable(doc, l, err.(*manifest.SyntaxError))
		return nil, false
	}
	if node == nil {
		return nil, false
	}
	if bytes.IndexByte(doc.Text(), '*') >= 0 {
		if alias := expandsTooFar(node); alias != nil {
			r.problem(lineOf(doc, doc.Offset(alias.Line, alias.Column)),
				"alias *%s makes the document grow without end, which no reader accepts", alias.Value)
			return nil, false
		}
	}
	if bytes.Contains(doc.Text(), []byte("{{")) {
		if action := unrendered(node); action != nil {
			r.problem(lineOf(doc, doc.Offset(action.Line, action.Column)), "%s", templateMessage)
			return nil, false
		}
	}
	return node, true
}

const templateMessage = "document is a template that was not rendered; lint the chart, or the output of `helm template`"

// unreadable notes a document that does not parse. One without an apiVersion
// and a kind is no manifest: site configuration, a playbook, another tool's
// template.
func (r *reader) unreadable(doc manifest.Document, l look, err *manifest.SyntaxError) {
	if !l.apiVersion || !l.kind {
		r.passed++
		return
	}
	message := "document does not parse: " + err.Message
	offset := err.Offset
	switch action := bytes.Index(doc.Text(), []byte("{{")); {
	case action >= 0:
		message, offset = templateMessage, doc.Start+action
	case !utf8.Valid(doc.Text()):
		message = "document is not UTF-8 text"
	}
	r.problem(lineOf(doc, offset), "%s", message)
}

// unrendered returns a map that is written where a key belongs: what YAML
// makes of an unquoted template action.
func unrendered(node *yaml.Node) *yaml.Node {
	for i, child := range node.Content {
		if node.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.MappingNode {
			return node
		}
		if found := unrendered(child); found != nil {
			return found
		}
	}
	return nil
}

// lineOf returns the text from an offset to the end of its line, or that line
// whole where the offset is its end.
func lineOf(doc manifest.Document, offset int) manifest.Span {
	data := doc.File.Data
	offset = min(offset, len(data))
	end := offset
	for end < len(data) && data[end] != '\n' && data[end] != '\r' {
		end++
	}
	if offset == end {
		for offset > 0 && data[offset-1] != '\n' {
			offset--
		}
	}
	return manifest.Span{File: doc.File, Start: offset, End: end}
}

// node reads the object at path within a document, or each item of the List
// that it is. kind is the kind of items that do not name their own.
func (r *reader) node(node *yaml.Node, doc manifest.Document, path manifest.Path, kind string) {
	head := header(node)
	if head.Kind == "" {
		head.Kind = kind
	}
	if items := child(node, "items"); items != nil && items.Kind == yaml.SequenceNode && isList(head) {
		for i, item := range items.Content {
			r.node(item, doc, path.Key("items").Item(i), head.Kind[:len(head.Kind)-len("List")])
		}
		return
	}
	r.object(node, head, r.source(doc.In(path)))
}

// source is a place in a document as people see it.
func (r *reader) source(inner manifest.Source) manifest.Source {
	if r.through != nil {
		return r.through(inner)
	}
	return inner
}

// object adds an object whose fields a source can place.
func (r *reader) object(node *yaml.Node, head manifest.ID, source manifest.Source) {
	t, template := r.typeOf(head)
	if t == nil {
		r.passed++
		return
	}
	o := manifest.NewObject(head, source)
	o.Template = template
	o.Value, o.Written, o.Facts = schema.Decode(node, t)
	r.add(o)
}

// typeOf returns what is read of an object, and where one of a kind that the
// configuration names keeps its pod template.
func (r *reader) typeOf(head manifest.ID) (t *schema.Type, template manifest.Path) {
	if t = schema.Lookup(head.Group(), head.Kind); t != nil {
		return t, nil
	}
	for _, k := range r.in.WorkloadKinds {
		if k.Kind == head.Kind && k.Group == head.Group() {
			return schema.Templated(k.Template), k.Template
		}
	}
	return nil, nil
}

// add fills in the identity of a decoded object and keeps it.
func (r *reader) add(o *manifest.Object) {
	o.Root = r.root
	meta := o.Value.Get("metadata")
	o.ID.Name = meta.Get("name").Text()
	if schema.Namespaced(o.ID.Kind) {
		if o.ID.Namespace = meta.Get("namespace").Text(); o.ID.Namespace == "" {
			o.ID.Namespace = r.in.Namespace
		}
	}
	r.objects = append(r.objects, o)
}

func isList(id manifest.ID) bool {
	return len(id.Kind) >= len("List") && id.Kind[len(id.Kind)-len("List"):] == "List"
}

// header returns the apiVersion and kind of an object.
func header(node *yaml.Node) manifest.ID {
	id := manifest.ID{}
	if n := child(node, "apiVersion"); n != nil {
		id.APIVersion = n.Value
	}
	if n := child(node, "kind"); n != nil {
		id.Kind = n.Value
	}
	return id
}

// child returns the value under a key, nil if there is none.
func child(node *yaml.Node, key string) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := len(node.Content) - 2; i >= 0; i -= 2 {
		if value := node.Content[i+1]; node.Content[i].Value == key {
			for value.Kind == yaml.AliasNode {
				value = value.Alias
			}
			return value
		}
	}
	return nil
}
