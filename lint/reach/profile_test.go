package reach

import (
	"maps"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint"
)

// TestProfiles checks that every plugin that a user may name has a profile:
// the zero profile would claim what nobody documents.
func TestProfiles(t *testing.T) {
	want := append([]string{""}, lint.CNIs...)
	if got := slices.Sorted(maps.Keys(profiles)); !slices.Equal(got, want) {
		t.Errorf("profiles of %q, want %q", got, want)
	}
}
