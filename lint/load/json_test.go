package load

import (
	"testing"

	"github.com/nplint/nplint/lint/manifest"
)

// TestOneLine reads values that stand behind others on the same line: their
// places count from their own beginning, whatever stands before it.
func TestOneLine(t *testing.T) {
	const first = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"é😀"}}`
	const second = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}`
	for name, text := range map[string]string{
		"stream": first + second,
		"list":   `{"apiVersion":"v1","kind":"List","items":[` + first + `, ` + second + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			objects := mustLoad(t, Input{Stdin: []byte(text)}).Bundles[0].Objects
			if len(objects) != 2 {
				t.Fatalf("%d objects, want 2", len(objects))
			}
			place := objects[1].At(manifest.Field("metadata", "name"))
			if got, want := place.Span.Text(), `"name":"b"`; got != want || place.Precision != manifest.Exact {
				t.Errorf("place of the name: %s %s, want exactly %s", place.Precision, got, want)
			}
		})
	}
}
