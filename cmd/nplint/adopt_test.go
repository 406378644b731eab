package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAdopting takes up nplint on a tree with findings: none of them is new
// after lines and documents have moved and policies are in other files, and one
// mistake more is exactly one new finding.
func TestAdopting(t *testing.T) {
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	trees := []string{filepath.Join(testdata, "shop")}
	corpus := filepath.Join(testdata, "../../shared/corpus")
	for _, name := range []string{"microservices-demo", "gke-netpol-demo", "flux2"} {
		if tree := filepath.Join(corpus, name); isDir(tree) {
			trees = append(trees, tree)
		}
	}
	for _, tree := range trees {
		t.Run(filepath.Base(tree), func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(tree)); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			nplint(t, statusClean, "baseline", "create", "--preset", "strict")
			before := findings(t)
			if before.known == 0 || before.fresh != 0 {
				t.Fatalf("%+v after the baseline was written", before)
			}
			stir(t, dir)
			if after := findings(t); after != before {
				t.Errorf("%+v after the files were stirred, %+v before", after, before)
			}
			write(t, "mistake.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: mistake, namespace: elsewhere}\n"+
				"spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [], egress: [], policytypes: [Egress]}\n")
			if after := findings(t); after.fresh != 1 || after.known != before.known {
				t.Errorf("%+v after one mistake was added, %+v before", after, before)
			}
		})
	}
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// counts are those of the summary.
type counts struct{ fresh, known, stale int }

// findings lints the working directory against the baseline.
func findings(t *testing.T, args ...string) counts {
	t.Helper()
	args = append([]string{"--preset", "strict", "--baseline", ".nplint-baseline.json", "--exit-zero", "-o", "json"}, args...)
	var got struct {
		Diagnostics []json.RawMessage
		Summary     struct{ Baselined, Stale int }
	}
	if err := json.Unmarshal(nplint(t, statusClean, args...), &got); err != nil {
		t.Fatal(err)
	}
	return counts{len(got.Diagnostics), got.Summary.Baselined, got.Summary.Stale}
}

// nplint runs the command and returns its output.
func nplint(t *testing.T, status int, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), args, streams{strings.NewReader(""), &out, &errs}); got != status {
		t.Fatalf("nplint %s: status %d\n%s%s", strings.Join(args, " "), got, out.Bytes(), errs.Bytes())
	}
	return out.Bytes()
}

// stir moves the lines of all manifests down, turns the order of their documents
// round, and moves policies to files of their own where no kustomization names
// the files.
func stir(t *testing.T, dir string) {
	t.Helper()
	var files []string
	kustomized := false
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		kustomized = kustomized || strings.HasPrefix(e.Name(), "kustomization") || e.Name() == "Chart.yaml"
		if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.Contains(name, "/templates/") || strings.HasPrefix(filepath.Base(name), "kustomization") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		docs := strings.Split(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
		slices.Reverse(docs)
		var kept []string
		for i, doc := range docs {
			if !kustomized && len(docs) > 1 && strings.Contains(doc, "kind: NetworkPolicy") {
				write(t, strings.TrimSuffix(name, filepath.Ext(name))+"-moved-"+string(rune('a'+i))+".yaml", doc+"\n")
			} else {
				kept = append(kept, doc)
			}
		}
		write(t, name, "# one line\n\n# and another\n"+strings.Join(kept, "\n---\n")+"\n")
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
