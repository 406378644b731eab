package load

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// buildAll builds the Kustomize roots, side by side unless one of them brings
// its own schema: the library keeps that in a variable of the process. It warns
// of deprecated fields on standard error, where a linter's caller does not
// expect it.
func buildAll(in Input, all, roots []*kustomization) []unit {
	if len(roots) == 0 {
		return nil
	}
	stderr := os.Stderr
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
		defer null.Close()
	}
	defer func() { os.Stderr = stderr }()
	workers := runtime.GOMAXPROCS(0)
	if slices.ContainsFunc(all, func(k *kustomization) bool { return k.schema }) {
		workers = 1
	}
	known := map[string]*kustomization{}
	for _, k := range all {
		known[k.name] = k
	}
	units := make([]unit, len(roots))
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				units[i] = unit{
					path: path.Dir(roots[i].name), as: "part of the Kustomize tree " + display(in.Dir, roots[i].name),
					reading: buildKustomization(in, known, roots[i].name),
				}
			}
		})
	}
	for i := range roots {
		next <- i
	}
	close(next)
	wg.Wait()
	return units
}

// buildKustomization builds a Kustomize root. What it could not use of the tree
// is in the reading's list of what was skipped; a failed build is a problem.
func buildKustomization(in Input, known map[string]*kustomization, name string) *reading {
	t := newTree(in, known)
	r := newReader(in, display(in.Dir, name), new(schema.Blocks))
	defer func() {
		r.skipped = append(r.skipped, t.skipped...)
		for _, read := range slices.Sorted(maps.Keys(t.files)) {
			r.files = append(r.files, t.files[read])
		}
	}()
	resources, err := t.run("/" + path.Dir(name))
	if err != nil {
		span, message := t.failure(name, err)
		r.problems = append(r.problems, manifest.Problem{
			Kind: manifest.BuildFailed, Span: span, Message: "kustomization cannot be built: " + message,
		})
		if t.limit == nil {
			r.unbuilt(t, known[name])
		}
		return r.reading
	}
	for _, res := range resources {
		r.built(t, name, res)
	}
	return r.reading
}

// unbuilt reads the resources of a root that cannot be built, as they are
// written, in the namespace that the root sets: a finding in them is better than
// none.
func (r *reader) unbuilt(t *tree, root *kustomization) {
	if root == nil || root.node == nil {
		return
	}
	namespace := ""
	if n := child(root.node, "namespace"); n != nil {
		namespace = n.Value
	}
	for _, name := range resourcesOf(t, root) {
		file, err := t.file(name)
		if err != nil {
			continue // the build has failed for this, among others
		}
		plain := newReader(r.in, r.root, new(schema.Blocks))
		plain.file(file, name)
		for _, o := range plain.objects {
			if namespace != "" && schema.Namespaced(o.ID.Kind) {
				o.ID.Namespace = namespace
			}
		}
		r.objects = append(r.objects, plain.objects...)
		r.passed += plain.passed
	}
}

// resourcesOf returns the manifests that a kustomization refers to, itself or
// through others, sorted.
func resourcesOf(t *tree, root *kustomization) []string {
	seen := map[string]bool{root.name: true}
	var files []string
	for queue := []*kustomization{root}; len(queue) > 0; queue = queue[1:] {
		for _, ref := range queue[0].refs {
			if !ref.resource || ref.name == "" {
				continue
			}
			inner := t.kustomizationOf(ref.name)
			switch {
			case inner != nil && !seen[inner.name]:
				seen[inner.name] = true
				queue = append(queue, inner)
			case inner == nil && isManifest(ref.name) && !seen[ref.name]:
				seen[ref.name] = true
				files = append(files, ref.name)
			}
		}
	}
	slices.Sort(files)
	return files
}

// kustomizationOf returns the kustomization of a folder as the walk or the build
// has read it, nil if there is none.
func (t *tree) kustomizationOf(dir string) *kustomization {
	name := kustomizationIn(t.in, dir)
	if k := t.kustoms[name]; k != nil {
		return k
	}
	return t.known[name]
}

// run builds a folder.
func (t *tree) run(dir string) (nodes []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the library panics: %v", p)
		}
		if t.schema {
			openapi.ResetOpenAPI()
		}
	}()
	m, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(t, dir)
	if t.limit != nil {
		return nil, t.limit // the library says only that something could not be read
	}
	if err != nil {
		return nil, err
	}
	for _, r := range m.Resources() {
		nodes = append(nodes, r.YNode())
	}
	return nodes, nil
}

// failure says where and why a build failed: on the line that does not parse, at
// the entry of the root that the library's error quotes, or at the root's first
// line.
func (t *tree) failure(root string, err error) (manifest.Span, string) {
	if t.limit == nil {
		for _, name := range slices.Sorted(maps.Keys(t.files)) {
			if span, message, broken := t.broken(name); broken {
				return span, message
			}
		}
	}
	file, fileErr := t.file(root)
	if fileErr != nil {
		file = &manifest.File{Name: display(t.in.Dir, root)}
	}
	if k := t.kustoms[root]; k != nil && t.limit == nil {
		for _, r := range k.refs {
			if strings.Contains(err.Error(), "'"+r.written+"'") {
				return r.span, buildMessage(err)
			}
		}
	}
	return manifest.SpanOn(file, 1, 1, ""), buildMessage(err)
}

// broken returns the place of what does not parse in a file that was read as
// YAML. The library counts lines that only a traced build has.
func (t *tree) broken(name string) (manifest.Span, string, bool) {
	if !t.padded[name] && !isKustomization(path.Base(name)) {
		return manifest.Span{}, "", false
	}
	for _, doc := range split(t.files[name]) {
		var syntax *manifest.SyntaxError
		if _, err := doc.Parse(); errors.As(err, &syntax) {
			return lineOf(doc, syntax.Offset), t.files[name].Name + " does not parse: " + syntax.Message, true
		}
	}
	return manifest.Span{}, "", false
}

// buildMessage shortens the library's error. It wraps what went wrong at every
// level of the tree, and an entry that is no file in what went wrong when it was
// tried as a folder.
func buildMessage(err error) string {
	text := err.Error()
	if i := strings.Index(text, "cycle detected"); i >= 0 {
		text = text[i:]
	} else if i := strings.LastIndex(text, "accumulation err='"); i >= 0 {
		text = text[i+len("accumulation err='"):]
		text, _, _ = strings.Cut(text, "': must build at directory")
	} else {
		for errors.Unwrap(err) != nil {
			err = errors.Unwrap(err)
		}
		text = err.Error()
	}
	text, _, _ = strings.Cut(text, "\n")
	return strings.TrimRight(text, ".: ")
}
