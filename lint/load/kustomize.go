package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// kustomization is a kustomization.yaml and what it refers to.
type kustomization struct {
	name      string // of the file
	file      *manifest.File
	node      *yaml.Node
	component bool
	schema    bool // it brings its own schema of the API
	refs      []reference
}

// reference is one entry of a kustomization that names a file or a folder.
type reference struct {
	name     string // "" for what is not in the input: a URL, a missing file
	written  string
	span     manifest.Span
	resource bool // a resource, base or component; otherwise a patch or the like
}

func isKustomization(base string) bool {
	return base == "kustomization.yaml" || base == "kustomization.yml" || base == "Kustomization"
}

// parseKustomization reads a kustomization. It returns nil for a file that is
// none, such as a Flux Kustomization object in a file of that name.
func parseKustomization(in Input, name string, file *manifest.File) (*kustomization, error) {
	doc := manifest.Document{File: file, End: len(file.Data)}
	node, err := doc.Parse()
	if err != nil || node == nil {
		return nil, err
	}
	head := header(node)
	if group := head.Group(); group != "" && !strings.HasPrefix(group, "kustomize.config.k8s.io") {
		return nil, nil
	}
	k := &kustomization{name: name, file: file, node: node, component: head.Kind == "Component", schema: child(node, "openapi") != nil}
	for _, list := range []string{"resources", "bases", "components"} {
		k.add(in, doc, "", list, true)
	}
	for _, list := range []string{"patchesStrategicMerge", "crds", "configurations", "transformers", "generators", "validators"} {
		k.add(in, doc, "", list, false)
	}
	for _, list := range []string{"patches", "patchesJson6902", "replacements"} {
		k.add(in, doc, "path", list, false)
	}
	return k, nil
}

// add notes the names that stand in a list, as items or under a key of theirs.
func (k *kustomization) add(in Input, doc manifest.Document, key, list string, resource bool) {
	items := child(k.node, list)
	if items == nil {
		return
	}
	for _, item := range items.Content {
		if key != "" {
			item = child(item, key)
		}
		if item == nil || item.Kind != yaml.ScalarNode || strings.Contains(item.Value, "\n") {
			continue
		}
		r := reference{
			written: item.Value, resource: resource,
			span: manifest.SpanOn(doc.File, item.Line, item.Column, ""),
		}
		if !remote(item.Value) {
			if name := path.Join(path.Dir(k.name), item.Value); exists(in, name) {
				r.name = name
			}
		}
		k.refs = append(k.refs, r)
	}
}

// remote reports whether Kustomize would fetch an entry rather than read it.
func remote(entry string) bool {
	for _, sign := range []string{"://", "git::", "git@", "github.com/", "?ref=", "//"} {
		if strings.Contains(entry, sign) {
			return true
		}
	}
	return path.IsAbs(entry)
}

func exists(in Input, name string) bool {
	info, err := fs.Stat(in.FS, name)
	if err != nil {
		return false
	}
	return !info.IsDir() || kustomizationIn(in, name) != ""
}

// kustomizationIn returns the kustomization file of a folder, "" if there is
// none.
func kustomizationIn(in Input, dir string) string {
	for _, base := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		if info, err := fs.Stat(in.FS, path.Join(dir, base)); err == nil && !info.IsDir() {
			return path.Join(dir, base)
		}
	}
	return ""
}

// generators are the fields that make objects from data or start programs.
// None of them makes a policy or a workload, but for charts and plugins.
var generators = map[string]string{
	"configMapGenerator": "", "secretGenerator": "", "helmGlobals": "",
	"helmCharts":                  "Helm charts within a kustomization are not rendered",
	"helmChartInflationGenerator": "Helm charts within a kustomization are not rendered",
	"generators":                  "generator plugins are not run",
	"validators":                  "validator plugins are not run",
}

// kustomization returns the text of a kustomization that can be built here:
// without generators, without entries that are not in the input, and with
// unique line numbers in the patches that it holds.
func (t *tree) kustomization(name string, file *manifest.File) ([]byte, error) {
	k := t.known[name]
	if k == nil || k.file == nil {
		var err error
		if k, err = parseKustomization(t.in, name, file); err != nil || k == nil {
			return file.Data, nil // the library says what is wrong with it
		}
	}
	if err := t.descend(k); err != nil {
		return nil, err
	}
	t.kustoms[name] = k
	t.schema = t.schema || k.schema
	for _, r := range k.refs {
		t.padded[r.name] = true
	}
	if k.buildable() {
		return file.Data, nil
	}
	// The nodes are changed, so they are parsed again for this.
	node, err := manifest.Document{File: file, End: len(file.Data)}.Parse()
	if err != nil {
		return nil, err
	}
	kept := node.Content[:0]
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if reason, drop := generators[key.Value]; drop {
			if reason != "" {
				t.leaveOut(file, key.Line, reason)
			}
			continue
		}
		t.dropMissing(k, key.Value, value)
		t.padInline(file, value)
		kept = append(kept, key, value)
	}
	node.Content = kept
	return yaml.Marshal(node)
}

// buildable reports whether the library can build a kustomization as it is
// written.
func (k *kustomization) buildable() bool {
	for i := 0; i+1 < len(k.node.Content); i += 2 {
		_, drop := generators[k.node.Content[i].Value]
		if drop || slices.ContainsFunc(k.node.Content[i+1].Content, func(item *yaml.Node) bool { return inline(item) != nil }) {
			return false
		}
	}
	return !slices.ContainsFunc(k.refs, func(r reference) bool { return r.name == "" })
}

// dropMissing takes the entries off a list whose file or folder is not there.
func (t *tree) dropMissing(k *kustomization, list string, value *yaml.Node) {
	missing := map[int]string{}
	for _, r := range k.refs {
		if r.name == "" {
			missing[k.file.Position(r.span.Start).Line] = r.written
		}
	}
	value.Content = slices.DeleteFunc(value.Content, func(item *yaml.Node) bool {
		entry := item
		if item.Kind == yaml.MappingNode {
			entry = child(item, "path")
		}
		if value.Kind != yaml.SequenceNode || entry == nil || missing[entry.Line] == "" || missing[entry.Line] != entry.Value {
			return false
		}
		reason := "is not in the input"
		if remote(entry.Value) {
			reason = "is remote and not fetched"
		}
		t.leaveOut(k.file, entry.Line, fmt.Sprintf("%s: %s %s", list, entry.Value, reason))
		return true
	})
}

// padInline gives the strategic merge patches that are written within a
// kustomization unique line numbers too. Blank lines alone would be trimmed.
func (t *tree) padInline(file *manifest.File, list *yaml.Node) {
	if list.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range list.Content {
		if item = inline(item); item == nil {
			continue
		}
		from := t.reserve(file, item.Line, strings.Count(item.Value, "\n"))
		item.Value = "#" + strings.Repeat("\n", from) + item.Value
	}
}

// inline returns the object, such as a strategic merge patch, that is written
// as an item of a list, nil if there is none.
func inline(item *yaml.Node) *yaml.Node {
	if item.Kind == yaml.MappingNode {
		item = child(item, "patch")
	}
	if item == nil || item.Kind != yaml.ScalarNode || !strings.Contains(item.Value, "\n") || strings.HasPrefix(strings.TrimLeft(item.Value, " \n\t"), "-") || strings.HasPrefix(strings.TrimLeft(item.Value, " \n\t"), "[") {
		return nil
	}
	return item
}

func (t *tree) leaveOut(file *manifest.File, line int, reason string) {
	s := manifest.Skipped{File: fmt.Sprintf("%s:%d", file.Name, line), Reason: reason}
	if !slices.Contains(t.skipped, s) {
		t.skipped = append(t.skipped, s)
	}
}
