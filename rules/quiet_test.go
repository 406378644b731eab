package rules

import (
	"path/filepath"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
)

// TestQuiet lints inputs as people write them whose policies are right, but that
// hold only a part of what runs in the cluster: none gives a warning or an error.
func TestQuiet(t *testing.T) {
	var recommended []*lint.Rule
	for _, r := range All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "quiet", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no input", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			linttest.Wants(t, recommended, lint.Warning, file)
		})
	}
}
