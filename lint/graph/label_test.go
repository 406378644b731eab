package graph_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint/graph"
)

// TestValidLabel holds the readings of labels against those of the API server.
func TestValidLabel(t *testing.T) {
	texts := []string{"", "/", "a/", "/a", "a/b/c", "a./b", "a..b/c", "-a/b", "a-.b/c", "a.-b/c", "A/b", "a/B", "\x11", "a\x11", "a\n"}
	for _, n := range []int{62, 63, 64, 252, 253, 254} {
		name := strings.Repeat("a", n)
		texts = append(texts, name, name+"/a", "a/"+name, strings.Repeat("a.", n/2)+"b/c")
	}
	r := rand.New(rand.NewPCG(1, 2))
	const letters = "aZ0-._/ \x00@\x1f\u00e9"
	for range 20000 {
		text := make([]byte, r.IntN(8))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		texts = append(texts, string(text))
	}
	for _, text := range texts {
		if got, want := graph.ValidLabelKey(text), len(validation.IsQualifiedName(text)) == 0; got != want {
			t.Errorf("key %q: %t, the API server says %t", text, got, want)
		}
		if got, want := graph.ValidLabelValue(text), len(validation.IsValidLabelValue(text)) == 0; got != want {
			t.Errorf("value %q: %t, the API server says %t", text, got, want)
		}
	}
}
