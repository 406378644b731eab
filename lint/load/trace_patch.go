package load

import (
	"path"
	"regexp"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

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
func (p jsonPatch) targets(o written) bool {
	return matches(p.kind, o.kind) && matches(p.name, o.name)
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

// jsonPatches returns the JSON patches of some kustomizations, those of bases
// first.
func (t *tree) jsonPatches(chain []*kustomization) []jsonPatch {
	var patches []jsonPatch
	for _, k := range slices.Backward(chain) {
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
