package load

import (
	"io/fs"
	"path"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// kustomization is a kustomization.yaml and the files that it names.
type kustomization struct {
	name      string // of the file
	component bool
	resources []string // files and folders
	others    []string // patches, generators' data and the like
}

func isKustomization(base string) bool {
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}

// readKustomization reads what a kustomization refers to. It returns nil for a
// file that is none, such as a Flux Kustomization object in a file of that
// name, or that does not parse.
func readKustomization(in Input, name string) (*kustomization, error) {
	data, err := fs.ReadFile(in.FS, name)
	if err != nil {
		return nil, readError(in.Dir, name, err)
	}
	node, err := manifest.Document{File: &manifest.File{Data: data}, End: len(data)}.Parse()
	if err != nil || node == nil {
		return nil, err
	}
	head := header(node)
	if group := head.Group(); group != "" && !strings.HasPrefix(group, "kustomize.config.k8s.io") {
		return nil, nil
	}
	k := &kustomization{name: name, component: head.Kind == "Component"}
	k.resources = k.entries(node, "", "resources", "bases", "components")
	k.others = k.entries(node, "", "patchesStrategicMerge", "crds", "configurations", "transformers", "generators", "validators")
	k.others = append(k.others, k.entries(node, "path", "patches", "patchesJson6902", "replacements")...)
	return k, nil
}

// entries returns the names that stand in some lists, as items or under a key
// of theirs, relative to the top.
func (k *kustomization) entries(node *yaml.Node, key string, lists ...string) []string {
	var names []string
	for _, list := range lists {
		items := child(node, list)
		if items == nil {
			continue
		}
		for _, item := range items.Content {
			if key != "" {
				item = child(item, key)
			}
			if item != nil && item.Kind == yaml.ScalarNode && !strings.Contains(item.Value, "://") && !strings.Contains(item.Value, "\n") {
				names = append(names, path.Join(path.Dir(k.name), item.Value))
			}
		}
	}
	return names
}

// claims returns for each file the kustomization that it belongs to. The
// resources of a Component that nobody refers to are plain manifests.
func claims(all []*kustomization) map[string]*kustomization {
	used := map[string]bool{}
	for _, k := range all {
		for _, name := range k.resources {
			used[name] = true
		}
	}
	owners := map[string]*kustomization{}
	for _, k := range all {
		names := k.others
		if !k.component || used[path.Dir(k.name)] {
			names = append(names[:len(names):len(names)], k.resources...)
		}
		for _, name := range names {
			if owners[name] == nil {
				owners[name] = k
			}
		}
	}
	return owners
}
