package linttest

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/fix"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

// rounds is how often fixes may make new findings that have fixes themselves.
const rounds = 10

// fixed compares a fixture with its fixes applied, whatever their class, with
// the file of its name and ".golden", which the flag -update writes; and each
// file that fixes add with the one of both names. Nothing may be left then that
// has a fix which can be applied.
func fixed(t *testing.T, rules []*lint.Rule, file string) {
	t.Helper()
	name := filepath.Base(file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{name: data}
	for round := 0; ; round++ {
		changed := fixOnce(t, rules, files)
		if len(changed) == 0 {
			break
		}
		if round == rounds {
			t.Fatalf("%s: fixes do not come to an end; the last one makes it\n%s", name, changed[0].New)
		}
		for _, f := range changed {
			files[f.Name] = f.New
		}
	}
	goldens, err := filepath.Glob(file + ".*golden")
	if err != nil {
		t.Fatal(err)
	}
	for added, text := range files {
		golden := file + "." + added + ".golden"
		if added == name {
			golden = file + ".golden"
			if bytes.Equal(text, data) {
				continue
			}
		}
		goldens = slices.DeleteFunc(goldens, func(g string) bool { return g == golden })
		compareGolden(t, golden, text)
	}
	for _, golden := range goldens {
		t.Errorf("%s: there are no fixes that make it; remove it", golden)
	}
}

func compareGolden(t *testing.T, golden string, text []byte) {
	t.Helper()
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(golden, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(want, text) {
		t.Errorf("%s is not what the fixes make, %v; go test -update writes it:\n%s", golden, err, text)
	}
}

// fixOnce returns the files after the fixes that do not overlap, none if there
// is nothing to fix.
func fixOnce(t *testing.T, rules []*lint.Rule, files map[string][]byte) []fix.File {
	t.Helper()
	fsys := fstest.MapFS{}
	in := load.Input{FS: fsys, Dir: ".", Paths: slices.Sorted(maps.Keys(files))}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: data}
	}
	bundle, diagnostics := lintInput(t, rules, in)
	world := fix.NewWorld([]*manifest.Bundle{bundle}, options(t, bundle))
	for _, d := range diagnostics {
		if d.Rule != rules[0] {
			continue
		}
		for _, f := range d.Fixes {
			change, err := fix.Plan(f)
			if err != nil {
				continue
			}
			if world.Accept(context.Background(), change) == nil {
				break
			}
		}
	}
	return world.Files()
}
