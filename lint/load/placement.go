package load

import (
	"io/fs"
	"path"
	"strings"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// placement is what a GitOps object of the input says of a folder: the
// namespace that its objects are applied to.
type placement struct {
	folder    string
	namespace string
	// all says that the namespace replaces those that are written: a Flux
	// Kustomization's targetNamespace does, an Argo CD Application's destination
	// is for objects that name none.
	all bool
}

// placements returns what the Flux Kustomizations and Argo CD Applications of
// the input say. Their paths are relative to the repository.
func placements(in Input, units []unit) []placement {
	var all []placement
	add := func(folder, namespace string, replaces bool) {
		if folder != "" && namespace != "" {
			all = append(all, placement{path.Join(repository(in), folder), namespace, replaces})
		}
	}
	for _, u := range units {
		for _, o := range u.objects {
			spec := o.Value.Get("spec")
			switch o.ID.Kind {
			case "Kustomization":
				add(spec.Get("path").Text(), spec.Get("targetNamespace").Text(), true)
			case "Application":
				namespace := spec.Get("destination").Get("namespace").Text()
				add(spec.Get("source").Get("path").Text(), namespace, false)
				for _, source := range spec.Get("sources").Items() {
					add(source.Get("path").Text(), namespace, false)
				}
			}
		}
	}
	return all
}

// repository returns the root of the git repository that the working directory
// is in, or the working directory.
func repository(in Input) string {
	for dir := in.Dir; ; dir = path.Dir(dir) {
		if _, err := fs.Stat(in.FS, path.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == "." || dir == "" {
			return in.Dir
		}
	}
}

// place gives objects the namespace that they are applied to. A folder that is
// applied to several namespaces stays as it is.
func place(units []unit, all []placement) {
	for _, u := range units {
		var found *placement
		for i, p := range all {
			if u.path != p.folder && !strings.HasPrefix(u.path, p.folder+"/") {
				continue
			}
			switch {
			case found == nil || len(p.folder) > len(found.folder):
				found = &all[i]
			case len(p.folder) == len(found.folder) && p.namespace != found.namespace:
				found = &placement{folder: p.folder}
			}
		}
		if found == nil || found.namespace == "" {
			continue
		}
		for _, o := range u.objects {
			if schema.Namespaced(o.ID.Kind) && !gitOps(o) && (found.all || o.ID.Namespace == "") {
				o.ID.Namespace = found.namespace
			}
		}
	}
}

func gitOps(o *manifest.Object) bool {
	return o.ID.Kind == "Kustomization" || o.ID.Kind == "Application"
}
