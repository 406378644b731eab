package report

import (
	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/nplint/nplint/lint"
)

// sarifFixes returns the fixes of a diagnostic whose edits are known.
func sarifFixes(r *Report, d *lint.Diagnostic) []*sarif.Fix {
	var fixes []*sarif.Fix
	for _, f := range d.Fixes {
		if len(f.Edits) == 0 {
			continue
		}
		fix := &sarif.Fix{Description: message(f.Message)}
		changes := map[string]*sarif.ArtifactChange{}
		for _, e := range f.Edits {
			change := changes[e.File.Name]
			if change == nil {
				change = &sarif.ArtifactChange{ArtifactLocation: *artifact(r, e.File.Name)}
				changes[e.File.Name] = change
				fix.ArtifactChanges = append(fix.ArtifactChanges, change)
			}
			start, end := e.File.Position(e.Start), e.File.Position(e.End)
			change.Replacements = append(change.Replacements, &sarif.Replacement{
				DeletedRegion: sarif.Region{
					StartLine: new(start.Line), StartColumn: new(start.UTF16), EndLine: new(end.Line), EndColumn: new(end.UTF16),
				},
				InsertedContent: &sarif.ArtifactContent{Text: new(e.Text)},
			})
		}
		fixes = append(fixes, fix)
	}
	return fixes
}
