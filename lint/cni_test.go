package lint

import (
	"slices"
	"strings"
	"testing"
)

func TestParseCNI(t *testing.T) {
	for written, want := range map[string]Version{
		"":              {},
		"cilium":        {},
		"cilium@1.15":   {1, 15},
		"cilium@v1.9.3": {1, 9},
		"kindnet@1":     {1, 0},
	} {
		name, version, err := ParseCNI(written)
		if before, _, _ := strings.Cut(written, "@"); err != nil || name != before || version != want {
			t.Errorf("%q: %q %v %v, want version %v", written, name, version, err, want)
		}
	}
	for written, complaint := range map[string]string{
		"celium":        `unknown plugin "celium"`,
		"cilium@latest": `write it as in cilium@1.15`,
		"@1.15":         `write it as in cilium@1.15`,
	} {
		if _, _, err := ParseCNI(written); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: %v, want %s", written, err, complaint)
		}
	}
	if !slices.IsSorted(CNIs) {
		t.Error("the plugins are not sorted")
	}
}

func TestVersionBefore(t *testing.T) {
	for _, c := range []struct {
		a, b Version
		want bool
	}{
		{Version{1, 9}, Version{1, 16}, true},
		{Version{1, 16}, Version{1, 16}, false},
		{Version{2, 0}, Version{1, 16}, false},
		{Version{}, Version{1, 16}, false}, // unknown
	} {
		if got := c.a.Before(c.b); got != c.want {
			t.Errorf("%v before %v is %t", c.a, c.b, got)
		}
	}
}
