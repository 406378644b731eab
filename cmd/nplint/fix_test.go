package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/load"
)

// trees returns the trees of manifests to fix: some of the project's own, and
// real ones where they are at hand.
func trees(t *testing.T) []string {
	t.Helper()
	testdata, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	all := []string{filepath.Join(testdata, "shop")}
	for _, rule := range []string{"redundant-rule", "wrong-scalar-type", "egress-missing-dns"} {
		all = append(all, filepath.Join(testdata, "rules", rule))
	}
	for _, name := range []string{"ahmetb-recipes", "flux2", "gke-netpol-demo", "kyverno-chart", "networkpolicy-examples"} {
		if tree := filepath.Join(testdata, "../../shared/corpus", name); isDir(tree) {
			all = append(all, tree)
		}
	}
	return all
}

// TestFixesKeepTheirWord fixes trees: safe fixes leave every connection as it
// is, tightening ones add none; a second time nothing changes, and every file
// holds the objects that it held.
func TestFixesKeepTheirWord(t *testing.T) {
	for _, tree := range trees(t) {
		t.Run(filepath.Base(tree), func(t *testing.T) {
			for _, class := range []string{"safe", "tighten", "all"} {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(tree)); err != nil {
					t.Fatal(err)
				}
				t.Chdir(dir)
				before, objects := connections(t), held(t, dir)
				fixed := execute(t, "--fix="+class, "--preset", "all", "--exit-zero", "-o", "json")
				after := connections(t)
				switch {
				case class == "safe" && !bytes.Equal(before, after):
					t.Errorf("safe fixes change connections:\n%s", fixed)
				case class == "tighten":
					for line := range strings.Lines(fixed) {
						if strings.HasPrefix(line, "connections: ") && !strings.HasPrefix(line, "connections: 0 gained") && !strings.HasPrefix(line, "connections: unchanged") {
							t.Errorf("tightening fixes add connections:\n%s", fixed)
						}
					}
				}
				text := snapshot(t, dir)
				if again := execute(t, "--fix="+class, "--preset", "all", "--exit-zero", "-o", "json"); strings.Contains(again, "\nfixed ") || strings.HasPrefix(again, "fixed ") {
					t.Errorf("%s: a second time something is fixed: %s", class, again)
				}
				if now := snapshot(t, dir); now != text {
					t.Errorf("%s: a second time files change", class)
				}
				for name, n := range held(t, dir) {
					if was, known := objects[name]; known && was != n {
						t.Errorf("%s: %s holds %d objects, and held %d", class, name, n, was)
					}
				}
			}
		})
	}
}

// execute runs the command and returns what it says on standard error.
func execute(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	run(context.Background(), args, streams{strings.NewReader(""), &out, &errs})
	var report struct{ Version int }
	if err := json.Unmarshal(out.Bytes(), &report); err != nil || report.Version != 1 {
		t.Fatalf("nplint %v: %v\n%s", args, err, errs.String())
	}
	return errs.String()
}

func connections(t *testing.T) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	run(context.Background(), []string{"connections"}, streams{strings.NewReader(""), &out, &errs})
	return out.Bytes()
}

// held counts the objects of every file; what is wrong with a file counts too.
func held(t *testing.T, dir string) map[string]int {
	t.Helper()
	r, err := load.Load(context.Background(), load.Input{FS: os.DirFS(dir), Dir: ".", Paths: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, b := range r.Bundles {
		for _, o := range b.Objects {
			count[o.File().Name]++
		}
		for _, p := range b.Problems {
			count[p.Span.File.Name] += 1000
		}
	}
	return count
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		b.WriteString(name + "\n" + string(data) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
