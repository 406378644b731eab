package load

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/nplint/nplint/lint/manifest"
)

// building serialises Kustomize builds: the library keeps the schema that a
// root's `openapi:` names in a variable of the process.
var building sync.Mutex

// buildKustomization builds a Kustomize root. What it could not use of the tree
// is in the reading's list of what was skipped; a failed build is a problem.
func buildKustomization(in Input, name string) *reading {
	building.Lock()
	defer building.Unlock()
	t := newTree(in)
	r := &reader{in: in, root: display(in.Dir, name), reading: &reading{}}
	defer func() {
		r.skipped = append(r.skipped, t.skipped...)
	}()
	resources, err := t.run("/" + path.Dir(name))
	for _, read := range slices.Sorted(maps.Keys(t.files)) {
		r.files = append(r.files, t.files[read])
	}
	if err != nil {
		file, fileErr := t.file(name)
		if fileErr != nil {
			file = &manifest.File{Name: display(in.Dir, name)}
		}
		r.problems = append(r.problems, manifest.Problem{
			Kind: manifest.BuildFailed, Span: manifest.SpanOn(file, 1, 1, ""),
			Message: "kustomization cannot be built: " + buildMessage(err),
		})
		return r.reading
	}
	for _, res := range resources {
		r.built(t, name, res)
	}
	return r.reading
}

// run builds a folder. The library warns of deprecated fields on standard
// error, where a linter's caller does not expect it.
func (t *tree) run(dir string) (nodes []*yaml.Node, err error) {
	stderr := os.Stderr
	if null, openErr := os.OpenFile(os.DevNull, os.O_WRONLY, 0); openErr == nil {
		os.Stderr = null
		defer null.Close()
	}
	defer func() {
		os.Stderr = stderr
		if p := recover(); p != nil {
			err = fmt.Errorf("the library panics: %v", p)
		}
		openapi.ResetOpenAPI()
	}()
	m, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(t, dir)
	if err != nil {
		return nil, err
	}
	for _, r := range m.Resources() {
		nodes = append(nodes, r.YNode())
	}
	return nodes, nil
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
