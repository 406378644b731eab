package report

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// sarifResults returns one result for each rule and line. Code scanning tells
// results apart by just these, so that further ones on the line are told in the
// message of the first.
func sarifResults(r *Report) []*resultWriter {
	type key struct {
		rule *lint.Rule
		file string
		line int
	}
	index := map[*lint.Rule]uint{}
	for i, rule := range r.Rules {
		index[rule] = uint(i)
	}
	hashes := fingerprints{}
	results := []*resultWriter{}
	byKey := map[key]*resultWriter{}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		at := locate(d.Origin.Span)
		k := key{d.Rule, at.file, at.start.Line}
		if byKey[k] == nil {
			byKey[k] = newResult(r, d)
			if hash := hashes.of(firstLine(d.Origin.Span)); hash != "" {
				byKey[k].PartialFingerprints = map[string]any{"primaryLocationLineHash": hash}
			}
			results = append(results, byKey[k])
			if n, listed := index[d.Rule]; listed {
				byKey[k].RuleIndex = new(n)
			}
		}
		byKey[k].add(d)
	}
	return results
}

// resultWriter collects the diagnostics that become one result.
type resultWriter struct {
	sarif.Result
	report    *Report
	severity  lint.Severity
	certainty lint.Certainty
	sentences []string
}

func newResult(r *Report, d *lint.Diagnostic) *resultWriter {
	location := physical(r, d.Origin.Span)
	if d.Object != nil {
		location.LogicalLocations = []*sarif.LogicalLocation{logical(d.Object.ID)}
	}
	w := &resultWriter{report: r, certainty: lint.Possible}
	w.RuleID = new(d.Rule.Name)
	w.Locations = []*sarif.Location{location}
	return w
}

// add tells a diagnostic in sentences. Related places are visible only where
// the message links to them.
func (w *resultWriter) add(d *lint.Diagnostic) {
	w.severity = max(w.severity, d.Severity)
	w.certainty = min(w.certainty, d.Certainty)
	text := cmp.Or(d.Message, d.Rule.Title())
	if len(w.sentences) == 0 {
		w.say(unlinked(text))
	} else {
		w.say("Also on this line: " + w.link(text, d.Origin.Span))
	}
	if d.Certainty == lint.Possible {
		w.say("This is possible, not certain: " + possible)
	}
	if d.Witness != nil {
		w.say("Witness: " + unlinked(witness(d.Witness)))
	}
	w.Fixes = append(w.Fixes, sarifFixes(w.report, d)...)
	if f := witnessFlow(w.report, d); f != nil {
		w.CodeFlows = append(w.CodeFlows, f)
	}
	var links []string
	for _, related := range d.Related[:min(len(d.Related), mostLinks)] {
		links = append(links, w.link(related.Message, related.Origin.Span))
	}
	if rest := len(d.Related) - len(links); rest > 0 {
		links = append(links, count(rest, "place")+" more")
	}
	if len(links) > 0 {
		w.say("See " + strings.Join(links, "; "))
	}
	for _, via := range d.Origin.Via {
		w.say("Through " + w.link("", via))
	}
}

const mostLinks = 10

func (w *resultWriter) say(sentence string) { w.sentences = append(w.sentences, sentence) }

// link adds a related location and returns the text that links to it.
func (w *resultWriter) link(text string, s manifest.Span) string {
	at := locate(s)
	text = cmp.Or(text, fmt.Sprintf("%s:%d", at.file, at.start.Line))
	location := physical(w.report, s)
	location.Id = new(uint(len(w.RelatedLocations) + 1))
	location.Message = message(unlinked(text))
	w.RelatedLocations = append(w.RelatedLocations, location)
	return fmt.Sprintf("[%s](%d)", linkText.Replace(text), *location.Id)
}

func (w *resultWriter) finish() *sarif.Result {
	w.Level = new(sarifLevel(w.severity))
	w.Message = *message(strings.Join(w.sentences, ". "))
	w.Properties = sarif.Properties{"certainty": w.certainty.String()}
	return &w.Result
}

var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

// unlinked keeps text from being read as a link to a related location.
// Brackets and braces stay as they are otherwise: viewers show what they get.
func unlinked(text string) string { return strings.ReplaceAll(text, "](", `\](`) }

// physical returns a place that lies on one line, because code scanning shows
// an alert in a pull request only if all its lines were edited.
func physical(r *Report, s manifest.Span) *sarif.Location {
	at := locate(firstLine(s))
	return &sarif.Location{PhysicalLocation: &sarif.PhysicalLocation{
		ArtifactLocation: artifact(r, at.file),
		Region: &sarif.Region{
			StartLine: new(at.start.Line), StartColumn: new(at.start.UTF16),
			EndLine: new(at.start.Line), EndColumn: new(max(at.start.UTF16, at.end.UTF16)),
		},
	}}
}

func logical(id manifest.ID) *sarif.LogicalLocation {
	location := &sarif.LogicalLocation{FullyQualifiedName: new(path.Join(id.Namespace, id.Kind, id.Name)), Kind: new("resource")}
	if id.Name != "" {
		location.Name = new(id.Name)
	}
	return location
}
