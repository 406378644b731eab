package linttest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
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
// the file of its name and ".golden", which the flag -update writes. Nothing may
// be left then that has a fix which can be applied. Fixes that add files are
// left out.
func fixed(t *testing.T, rules []*lint.Rule, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before := data
	name := filepath.Base(file)
	for round := 0; ; round++ {
		files := fixOnce(t, rules, name, data)
		if len(files) == 0 {
			break
		}
		if round == rounds {
			t.Fatalf("%s: fixes do not come to an end; the last one makes it\n%s", name, files[0].New)
		}
		data = files[0].New
	}
	golden := file + ".golden"
	if bytes.Equal(before, data) {
		if _, err := os.Stat(golden); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: there are no fixes to apply; remove it", golden)
		}
		return
	}
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(golden, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(want, data) {
		t.Errorf("%s is not what the fixes make of %s, %v; go test -update writes it:\n%s", golden, name, err, data)
	}
}

// fixOnce returns the file after the fixes that do not overlap, none if there is
// nothing to fix.
func fixOnce(t *testing.T, rules []*lint.Rule, name string, data []byte) []fix.File {
	t.Helper()
	in := load.Input{FS: fstest.MapFS{name: {Data: data}}, Dir: ".", Paths: []string{name}}
	bundle, diagnostics := lintInput(t, rules, in)
	world := fix.NewWorld([]*manifest.Bundle{bundle}, options(t, bundle))
	for _, d := range diagnostics {
		if d.Rule != rules[0] {
			continue
		}
		for _, f := range d.Fixes {
			change, err := fix.Plan(f)
			if err != nil || f.NewFile != nil {
				continue
			}
			if world.Accept(context.Background(), change) == nil {
				break
			}
		}
	}
	return world.Files()
}
