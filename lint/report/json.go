package report

import (
	"encoding/json"
	"io"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// JSON writes everything in version 1 of the format that other programs build
// on: keys may be added to it, and are never removed or renamed.
func JSON(w io.Writer, r *Report) error {
	out := jsonReport{Version: 1, Diagnostics: []jsonDiagnostic{}, NotAnalysed: []jsonSkipped{}, Summary: jsonSummary(r.Summary)}
	for _, d := range r.Diagnostics {
		out.Diagnostics = append(out.Diagnostics, jsonFinding(d))
	}
	for _, s := range r.skipped() {
		out.NotAnalysed = append(out.NotAnalysed, jsonSkipped(s))
	}
	return encode(w, out)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

type jsonReport struct {
	Version     int              `json:"version"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	NotAnalysed []jsonSkipped    `json:"not_analysed"`
	Summary     jsonSummary      `json:"summary"`
}

type jsonDiagnostic struct {
	Rule      string `json:"rule"`
	Severity  string `json:"severity"`
	Certainty string `json:"certainty"`
	Message   string `json:"message"`
	jsonPlace
	Precision string        `json:"precision"`
	Object    *jsonObject   `json:"object"`
	Path      string        `json:"path"`
	Bundles   []string      `json:"bundles"`
	Via       []jsonRelated `json:"via"`
	Related   []jsonRelated `json:"related"`
	Witness   *jsonWitness  `json:"witness,omitempty"`
	Fixes     []jsonFix     `json:"fixes"`
}

// jsonPlace counts in code points; the end is exclusive.
type jsonPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

type jsonRelated struct {
	jsonPlace
	Message string `json:"message"`
}

type jsonObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

type jsonWitness struct {
	Source      string `json:"source"`
	Destination string `json:"destination"`
	Protocol    string `json:"protocol"`
	Port        int    `json:"port"`
	Allowed     bool   `json:"allowed"`
}

type jsonFix struct {
	Message string     `json:"message"`
	Class   string     `json:"class,omitempty"`
	Edits   []jsonEdit `json:"edits"`
}

// jsonEdit replaces bytes, counted from 0; the end is exclusive.
type jsonEdit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

type jsonSkipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

type jsonSummary struct {
	Error      int `json:"error"`
	Warning    int `json:"warning"`
	Info       int `json:"info"`
	Suppressed int `json:"suppressed"`
	Baselined  int `json:"baselined"`
	Stale      int `json:"stale"`
	Bundles    int `json:"bundles"`
	Policies   int `json:"policies"`
	Workloads  int `json:"workloads"`
	Namespaces int `json:"namespaces"`
}

func jsonFinding(d lint.Diagnostic) jsonDiagnostic {
	out := jsonDiagnostic{
		Rule: d.Rule.Name, Severity: d.Severity.String(), Certainty: d.Certainty.String(), Message: d.Message,
		jsonPlace: jsonSpan(d.Origin.Span), Precision: d.Origin.Precision.String(), Path: d.Path.String(),
		Bundles: append([]string{}, d.Bundles...), Via: []jsonRelated{}, Related: []jsonRelated{}, Fixes: []jsonFix{},
	}
	if d.Object != nil {
		out.Object = new(jsonObject(d.Object.ID))
	}
	for _, via := range d.Origin.Via {
		out.Via = append(out.Via, jsonRelated{jsonPlace: jsonSpan(via)})
	}
	for _, related := range d.Related {
		out.Related = append(out.Related, jsonRelated{jsonSpan(related.Origin.Span), related.Message})
	}
	if d.Witness != nil {
		out.Witness = new(jsonWitness(*d.Witness))
	}
	for _, fix := range d.Fixes {
		written := jsonFix{fix.Message, fix.Class, []jsonEdit{}}
		for _, e := range fix.Edits {
			written.Edits = append(written.Edits, jsonEdit{e.File.Name, e.Start, e.End, e.Text})
		}
		if fix.NewFile != nil {
			written.Edits = append(written.Edits, jsonEdit{File: fix.NewFile.Name, Text: string(fix.NewFile.Data)})
		}
		out.Fixes = append(out.Fixes, written)
	}
	return out
}

func jsonSpan(s manifest.Span) jsonPlace {
	at := locate(s)
	return jsonPlace{at.file, at.start.Line, at.start.Column, at.end.Line, at.end.Column}
}
