package load

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// setByKustomization is the line of a kustomization's own field that sets the
// value: a namespace, a label, a prefix; or of a transformer's configuration
// that it names. The one nearest the root wins.
func (b *built) setByKustomization(f field) (manifest.Span, bool) {
	for _, k := range b.tree.outlined(b.root).chain {
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
