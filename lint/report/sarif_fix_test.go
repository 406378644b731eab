package report

import (
	"encoding/json"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

func TestSARIFFixes(t *testing.T) {
	file := &manifest.File{Name: "a.yaml", Data: []byte("é: x\nb: y\n")}
	d := &lint.Diagnostic{Fixes: []lint.Fix{
		{Message: "by hand"},
		{Message: "write z", Edits: []lint.Edit{{File: file, Start: 4, End: 5, Text: "z"}, {File: file, Start: 11, End: 11, Text: "c: 1\n"}}},
	}}
	got, err := json.Marshal(sarifFixes(&Report{}, d))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"description":{"text":"write z"},"artifactChanges":[{"artifactLocation":{"uri":"a.yaml"},"replacements":[` +
		`{"deletedRegion":{"startLine":1,"startColumn":4,"endLine":1,"endColumn":5},"insertedContent":{"text":"z"}},` +
		`{"deletedRegion":{"startLine":3,"startColumn":1,"endLine":3,"endColumn":1},"insertedContent":{"text":"c: 1\n"}}]}]}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
