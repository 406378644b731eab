package rego

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// shownErrors is how many mistakes in findings are listed: a module that makes
// one makes it for every object.
const shownErrors = 3

// reportAll turns the members of a report into diagnostics. A mistake in one
// does not hide the others.
func (m *module) reportAll(pass *lint.Pass, p *program, in *Input, findings []*ast.Term) error {
	var errs []error
	for _, t := range findings {
		d, err := in.diagnostic(t)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", at(p.report), err))
		}
		if d.Object != nil {
			pass.Report(d)
		}
	}
	if more := len(errs) - shownErrors; more > 0 {
		errs = append(errs[:shownErrors], fmt.Errorf("%s: %d more findings with such mistakes", at(p.report), more))
	}
	return errors.Join(errs...)
}

// finding is a member of a report as modules write it.
type finding struct {
	about
	Severity  string   `json:"severity"`
	Certainty string   `json:"certainty"`
	Related   []about  `json:"related"`
	Witness   *witness `json:"witness"`
}

// about is a place and what there is to say about it.
type about struct {
	Object  string `json:"object"`
	Path    []any  `json:"path"`
	Message string `json:"message"`
}

type witness struct {
	Source      string `json:"source"`
	Destination string `json:"destination"`
	Protocol    string `json:"protocol"`
	Port        int    `json:"port"`
	Allowed     bool   `json:"allowed"`
}

// diagnostic reads a finding. Where only the path is wrong the diagnostic is
// returned beside the error.
func (in *Input) diagnostic(t *ast.Term) (lint.Diagnostic, error) {
	f, err := decode(t)
	if err != nil {
		return lint.Diagnostic{}, fmt.Errorf("a finding is wrong: %w: %s", err, clip(t.String()))
	}
	var d lint.Diagnostic
	if d.Severity, d.Certainty, err = f.grade(); err != nil {
		return lint.Diagnostic{}, err
	}
	related, err := in.related(f.Related)
	if err != nil {
		return lint.Diagnostic{}, err
	}
	d.Message, d.Related = f.Message, related
	if f.Witness != nil {
		d.Witness = &lint.Witness{
			Source: f.Witness.Source, Destination: f.Witness.Destination,
			Protocol: f.Witness.Protocol, Port: f.Witness.Port, Allowed: f.Witness.Allowed,
		}
	}
	d.Object, d.Path, err = in.resolve(f.about)
	return d, err
}

func (in *Input) related(all []about) ([]lint.Related, error) {
	var related []lint.Related
	for _, a := range all {
		object, path, err := in.resolve(a)
		if err != nil {
			return nil, fmt.Errorf("a related place is wrong: %w", err)
		}
		related = append(related, lint.Related{Object: object, Path: path, Message: a.Message})
	}
	return related, nil
}

// decode reads the fields of a finding and refuses unknown ones.
func decode(t *ast.Term) (*finding, error) {
	v, err := ast.JSON(t.Value)
	if err != nil {
		return nil, err
	}
	fields, isObject := v.(map[string]any)
	if !isObject {
		return nil, fmt.Errorf("it is %s, not an object", ast.ValueName(t.Value))
	}
	known := words("object path message severity certainty related witness")
	for _, key := range sortedKeys(fields) {
		if !slices.Contains(known, key) {
			return nil, fmt.Errorf("unknown field %q%s", key, lint.Suggest(key, known))
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	f := &finding{}
	if err := json.Unmarshal(text, f); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("%s is a %s", wrong.Field, wrong.Value)
		}
		return nil, err
	}
	switch {
	case f.Message == "":
		return nil, errors.New("it has no message")
	case f.Object == "":
		return nil, errors.New("it has no object; give the id of what it is about")
	}
	return f, nil
}

func (f *finding) grade() (s lint.Severity, c lint.Certainty, err error) {
	if f.Severity != "" {
		if s, err = lint.ParseSeverity(f.Severity); err != nil {
			return 0, 0, fmt.Errorf("a finding is wrong: %w", err)
		}
	}
	switch f.Certainty {
	case "", lint.Certain.String():
		return s, lint.Certain, nil
	case lint.Possible.String():
		return s, lint.Possible, nil
	}
	return 0, 0, fmt.Errorf("a finding is wrong: unknown certainty %q: use certain or possible", f.Certainty)
}

// resolve returns the object of an id and the path below it. It is an error if
// the object has no such field; the path then leads as far as there is one.
func (in *Input) resolve(a about) (*manifest.Object, manifest.Path, error) {
	found, known := in.places[a.Object]
	if !known {
		return nil, nil, fmt.Errorf("there is no object %q%s", a.Object, lint.Suggest(a.Object, sortedKeys(in.places)))
	}
	if len(a.Path) == 0 {
		return found.object, found.path, nil
	}
	var path manifest.Path
	for _, step := range a.Path {
		switch step := step.(type) {
		case string:
			path = path.Key(step)
		case float64:
			if step < 0 || step != float64(int(step)) {
				return nil, nil, fmt.Errorf("path %s: %v is no index", show(a.Path), step)
			}
			path = path.Item(int(step))
		default:
			return nil, nil, fmt.Errorf("path %s: %s is neither a key nor an index", show(a.Path), show(step))
		}
	}
	if n := written(found.object, path); n < len(path) {
		return found.object, path[:n], fmt.Errorf("%s has no field %s; what it has ends at %q", a.Object, path, path[:n])
	}
	return found.object, path, nil
}

// written returns how many steps of a path lead to something that is written.
// Fields that nplint does not read are looked up in the text.
func written(o *manifest.Object, path manifest.Path) int {
	for n := len(path); n > 0; n-- {
		if o.Value.At(path[:n]).Exists() || o.At(path[:n]).Precision == manifest.Exact {
			return n
		}
	}
	return 0
}

const longestQuote = 200

func clip(s string) string {
	if runes := []rune(s); len(runes) > longestQuote {
		return string(runes[:longestQuote]) + "…"
	}
	return s
}
