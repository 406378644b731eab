package load

import (
	"path"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// chain returns the kustomizations of a build from the root inwards, in the
// order in which they are named.
func (t *tree) chain(root string) []*kustomization {
	var out []*kustomization
	var visit func(name string)
	visit = func(name string) {
		k := t.kustoms[name]
		if k == nil || slices.Contains(out, k) {
			return
		}
		out = append(out, k)
		for _, r := range k.refs {
			if r.name != "" && r.resource {
				visit(kustomizationIn(t.in, r.name))
			}
		}
	}
	visit(root)
	return out
}

// jsonPatch is a JSON 6902 patch: a list of operations in a file of its own or
// within a kustomization, after the line inner.
type jsonPatch struct {
	node  *yaml.Node
	file  *manifest.File
	inner int
	// kind and name are those of its target, regular expressions as Kustomize
	// takes them; "" for any.
	kind, name string
}

// targets reports whether a patch is meant for an object.
func (p jsonPatch) targets(kind, name string) bool {
	return matches(p.kind, kind) && matches(p.name, name)
}

// matches reports whether an anchored pattern, "" for any, matches a text.
func matches(pattern, text string) bool {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return pattern == "" || err == nil && re.MatchString(text)
}

// textOf returns the scalar under a key, "" if there is none.
func textOf(node *yaml.Node, key string) string {
	if n := child(node, key); n != nil {
		return n.Value
	}
	return ""
}

// jsonPatches returns the JSON patches of a build, those of bases first.
func (t *tree) jsonPatches(root string) []jsonPatch {
	var patches []jsonPatch
	chain := t.chain(root)
	slices.Reverse(chain)
	for _, k := range chain {
		for _, list := range []string{"patches", "patchesJson6902"} {
			items := child(k.node, list)
			if items == nil {
				continue
			}
			for _, item := range items.Content {
				if p, ok := t.jsonPatch(k, item); ok {
					patches = append(patches, p)
				}
			}
		}
	}
	return patches
}

// span returns the place of an entry of an operation's value, which is the
// line "value:" for the value itself.
func (p jsonPatch) span(op *yaml.Node, e manifest.Entry) manifest.Span {
	n, key := e.Value, ""
	if e.Key != nil {
		n, key = e.Key, e.Key.Value
	} else if own, _ := manifest.Find(op, manifest.Field("value")); own.Value == e.Value {
		n, key = own.Key, "value"
	}
	return position{p.file, n.Line + p.inner, n.Column + indentOf(p.file, p.inner)}.span(key)
}

func (t *tree) jsonPatch(k *kustomization, item *yaml.Node) (jsonPatch, bool) {
	p := jsonPatch{file: k.file}
	if target := child(item, "target"); target != nil {
		p.kind, p.name = textOf(target, "kind"), textOf(target, "name")
	}
	doc := manifest.Document{}
	if inline := child(item, "patch"); inline != nil {
		text := &manifest.File{Data: []byte(inline.Value)}
		doc = manifest.Document{File: text, End: len(text.Data)}
		p.inner = inline.Line
	} else if name := child(item, "path"); name != nil {
		file := t.files[path.Join(path.Dir(k.name), name.Value)]
		if file == nil {
			return p, false
		}
		p.file, doc = file, manifest.Document{File: file, End: len(file.Data)}
	} else {
		return p, false
	}
	node, err := doc.Parse()
	if err != nil || node == nil || node.Kind != yaml.SequenceNode {
		return p, false
	}
	p.node = node
	return p, true
}

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

// manifests returns the manifests and patches that a build has read, sorted.
func (t *tree) manifests() []*manifest.File {
	var files []*manifest.File
	for name, file := range t.files {
		if t.padded[name] {
			files = append(files, file)
		}
	}
	slices.SortFunc(files, func(a, b *manifest.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// setByKustomization is the line of a kustomization's own field that sets the
// value: a namespace, a label, a prefix; or of a transformer's configuration
// that it names. The one nearest the root wins.
func (b *built) setByKustomization(f field) (manifest.Span, bool) {
	for _, k := range b.tree.chain(b.root) {
		for _, p := range k.setters(f.key()) {
			if span, ok := sets(k.file, k.node, p, f.entry.Value); ok {
				return span, true
			}
		}
		for _, r := range k.refs {
			file := b.tree.files[r.name]
			if r.resource || file == nil {
				continue
			}
			node, err := manifest.Document{File: file, End: len(file.Data)}.Parse()
			if err != nil || node == nil {
				continue
			}
			for _, p := range []manifest.Path{manifest.Field("labels", f.key()), manifest.Field("annotations", f.key()), manifest.Field("metadata", f.key())} {
				if span, ok := sets(file, node, p, f.entry.Value); ok {
					return span, true
				}
			}
		}
	}
	return manifest.Span{}, false
}

// sets returns the place of a field that has the value, or of one that is part
// of it as a prefix or suffix of names. A map is set where its first entry is.
func sets(file *manifest.File, node *yaml.Node, p manifest.Path, value *yaml.Node) (manifest.Span, bool) {
	if value.Kind == yaml.MappingNode && len(value.Content) >= 2 && len(p) > 0 {
		p, value = p[:len(p)-1].Key(value.Content[0].Value), value.Content[1]
	}
	e, depth := manifest.Find(node, p)
	if depth < len(p) || value.Kind != yaml.ScalarNode || e.Value.Value != value.Value && !partOfName(p, e.Value.Value, value.Value) {
		return manifest.Span{}, false
	}
	return manifest.Document{File: file, End: len(file.Data)}.In(nil).Locate(p).Span, true
}

func partOfName(p manifest.Path, part, name string) bool {
	return len(p) == 1 && part != "" &&
		(p[0].Key == "namePrefix" && strings.HasPrefix(name, part) || p[0].Key == "nameSuffix" && strings.HasSuffix(name, part))
}

// setters returns the fields of a kustomization that can set a map entry of
// that key in an object.
func (k *kustomization) setters(key string) []manifest.Path {
	paths := []manifest.Path{manifest.Field("commonLabels", key), manifest.Field("commonAnnotations", key)}
	if labels := child(k.node, "labels"); labels != nil {
		for i := range labels.Content {
			paths = append(paths, manifest.Field("labels").Item(i).Key("pairs").Key(key))
		}
	}
	switch key {
	case "namespace":
		paths = append(paths, manifest.Field("namespace"))
	case "name":
		paths = append(paths, manifest.Field("namespace"), manifest.Field("namePrefix"), manifest.Field("nameSuffix"))
	case "replicas":
		if replicas := child(k.node, "replicas"); replicas != nil {
			for i := range replicas.Content {
				paths = append(paths, manifest.Field("replicas").Item(i).Key("count"))
			}
		}
	}
	return paths
}

// via returns the entries that lead from the root's kustomization to the file
// of a span, outermost first.
func (b *built) via(span manifest.Span) []manifest.Span {
	var found []manifest.Span
	seen := map[string]bool{}
	var visit func(name string, chain []manifest.Span) bool
	visit = func(name string, chain []manifest.Span) bool {
		k := b.tree.kustoms[name]
		if k == nil || seen[name] {
			return false
		}
		seen[name] = true
		if k.file == span.File {
			found = chain
			return true
		}
		for _, r := range k.refs {
			step := append(chain[:len(chain):len(chain)], r.span)
			if r.name != "" && b.tree.files[r.name] == span.File {
				found = step
				return true
			}
			if r.name != "" && r.resource && visit(kustomizationIn(b.tree.in, r.name), step) {
				return true
			}
		}
		return false
	}
	visit(b.root, nil)
	return found
}
