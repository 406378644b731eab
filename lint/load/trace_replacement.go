package load

import (
	"path"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// replacement is the entry of a kustomization, or of a file that it names, that
// copies a value into the field.
func (b *built) replacement(f field) (manifest.Span, bool) {
	for _, k := range b.tree.outlined(b.root).chain {
		items := child(k.node, "replacements")
		if items == nil {
			continue
		}
		for i, item := range items.Content {
			if at, ok := b.replaces(item, f.path); ok {
				doc := manifest.Document{File: k.file, End: len(k.file.Data)}
				return doc.In(nil).Locate(append(manifest.Field("replacements").Item(i), at...)).Span, true
			}
			if span, ok := b.replacementFile(k, item, f); ok {
				return span, true
			}
		}
	}
	return manifest.Span{}, false
}

// replacementFile looks into the file that an entry names: one replacement or a
// list of them.
func (b *built) replacementFile(k *kustomization, item *yaml.Node, f field) (manifest.Span, bool) {
	name := child(item, "path")
	if name == nil {
		return manifest.Span{}, false
	}
	file := b.tree.files[path.Join(path.Dir(k.name), name.Value)]
	if file == nil {
		return manifest.Span{}, false
	}
	doc := manifest.Document{File: file, End: len(file.Data)}
	node, err := doc.Parse()
	if err != nil || node == nil {
		return manifest.Span{}, false
	}
	if node.Kind == yaml.MappingNode {
		at, ok := b.replaces(node, f.path)
		return doc.In(nil).Locate(at).Span, ok
	}
	for i, entry := range node.Content {
		if at, ok := b.replaces(entry, f.path); ok {
			return doc.In(nil).Locate(append(manifest.Path{}.Item(i), at...)).Span, true
		}
	}
	return manifest.Span{}, false
}

// replaces returns which field path of a replacement's targets names a field of
// the object.
func (b *built) replaces(item *yaml.Node, p manifest.Path) (manifest.Path, bool) {
	targets := child(item, "targets")
	if targets == nil {
		return nil, false
	}
	for i, target := range targets.Content {
		paths := child(target, "fieldPaths")
		if paths == nil {
			continue
		}
		if s := child(target, "select"); s != nil && (!matches(textOf(s, "kind"), header(b.node).Kind) || !matches(textOf(s, "name"), b.written().name)) {
			continue
		}
		for j, written := range paths.Content {
			if fieldPathNames(written.Value, p) {
				return manifest.Field("targets").Item(i).Key("fieldPaths").Item(j), true
			}
		}
	}
	return nil, false
}

// fieldPathNames reports whether a field path as Kustomize writes it, with dots, names a
// field. Items of lists are numbered, or chosen by what they hold, as in
// [name=web], which is taken for any.
func fieldPathNames(written string, p manifest.Path) bool {
	rest := written
	for i, step := range p {
		part, after, more := strings.Cut(rest, ".")
		switch {
		case !step.IsItem() && strings.HasPrefix(rest, step.Key) && (len(rest) == len(step.Key) || rest[len(step.Key)] == '.'):
			// A key may have dots of its own.
			more = len(rest) > len(step.Key)
			after = strings.TrimPrefix(rest[len(step.Key):], ".")
		case !step.IsItem():
			return false
		case part != strconv.Itoa(step.Index) && part != "*" && !strings.HasPrefix(part, "["):
			return false
		}
		if rest = after; !more {
			return i == len(p)-1
		}
	}
	return false
}
