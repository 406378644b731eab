package rules

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/linttest"
)

// TestRecipes lints the well-known recipes with the rules of the default
// preset: the right forms give neither a warning nor an error, and each
// mistake gives what its comments say and nothing else. Those that are legal and
// often meant, hence info, stand in files that begin with "info".
func TestRecipes(t *testing.T) {
	var recommended []*lint.Rule
	for _, r := range All() {
		if r.Preset == lint.Recommended {
			recommended = append(recommended, r)
		}
	}
	files, err := filepath.Glob(filepath.Join("..", "testdata", "recipes", "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recipes", err)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			least := lint.Warning
			if strings.HasPrefix(filepath.Base(file), "info") {
				least = lint.Info
			}
			linttest.Wants(t, recommended, least, file)
		})
	}
}
