package lint_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

func rule(name string, run func(*lint.Pass) (any, error)) *lint.Rule {
	return &lint.Rule{Name: name, Doc: "title\n\nbody", Severity: lint.Error, Tags: []string{"schema"}, Run: run}
}

func run(t *testing.T, options *lint.Options, rules ...*lint.Rule) ([]string, error) {
	t.Helper()
	bundle := &manifest.Bundle{Name: "default"}
	found, err := lint.Run(context.Background(), rules, bundle, graph.New(nil), options)
	var messages []string
	for _, d := range found {
		messages = append(messages, d.Rule.Name+" "+d.Severity.String()+" "+d.Message)
	}
	return messages, err
}

func TestRunSharesProviders(t *testing.T) {
	var runs atomic.Int32
	provider := rule("provider", func(*lint.Pass) (any, error) { return int(runs.Add(1)), nil })
	provider.Result = reflect.TypeFor[int]()
	reports := func(name string) *lint.Rule {
		r := rule(name, func(pass *lint.Pass) (any, error) {
			if got := pass.ResultOf[provider]; got != 1 {
				t.Errorf("%s: result %v", name, got)
			}
			pass.Report(lint.Diagnostic{Message: "found"})
			return nil, nil
		})
		r.Requires = []*lint.Rule{provider}
		return r
	}
	got, err := run(t, lint.DefaultOptions(), reports("a"), reports("b"), reports("c"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a error found", "b error found", "c error found"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRunKeepsGoing(t *testing.T) {
	failing := rule("failing", func(pass *lint.Pass) (any, error) {
		pass.Report(lint.Diagnostic{Message: "before the failure"})
		return nil, errors.New("out of luck")
	})
	panicking := rule("panicking", func(*lint.Pass) (any, error) { panic("oops") })
	fine := rule("fine", func(pass *lint.Pass) (any, error) {
		pass.Report(lint.Diagnostic{Message: "found"})
		return nil, nil
	})
	got, err := run(t, lint.DefaultOptions(), failing, fine, panicking)
	want := []string{"failing error before the failure", "fine error found"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"rule failing: out of luck", "rule panicking: panic: oops"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("error %v does not say %q", err, text)
		}
	}
}

func TestSeverities(t *testing.T) {
	report := func(name string, d lint.Diagnostic) *lint.Rule {
		return rule(name, func(pass *lint.Pass) (any, error) {
			pass.Report(d)
			return nil, nil
		})
	}
	options := lint.DefaultOptions()
	options.Severities = map[string]lint.Severity{"chosen": lint.Info}
	got, err := run(t, options,
		report("possible", lint.Diagnostic{Certainty: lint.Possible}),
		report("own", lint.Diagnostic{Severity: lint.Info}),
		report("chosen", lint.Diagnostic{}),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"possible warning ", "own info ", "chosen info "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRunStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := rule("late", func(*lint.Pass) (any, error) { t.Error("the rule runs"); return nil, nil })
	_, err := lint.Run(ctx, []*lint.Rule{r}, &manifest.Bundle{}, graph.New(nil), lint.DefaultOptions())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
}

func TestMerge(t *testing.T) {
	file := &manifest.File{Name: "a.yaml", Data: []byte("0123456789")}
	other := &manifest.File{Name: "b.yaml", Data: []byte("0123456789")}
	r, s := rule("r", nil), rule("s", nil)
	at := func(f *manifest.File, start int, rule *lint.Rule, bundle, message, witness string) lint.Diagnostic {
		return lint.Diagnostic{
			Rule: rule, Origin: manifest.Origin{Span: manifest.Span{File: f, Start: start, End: start + 1}},
			Message: message, Bundles: []string{bundle}, Witness: &lint.Witness{Source: witness},
		}
	}
	got := lint.Merge([]lint.Diagnostic{
		at(other, 1, r, "dev", "m", ""),
		at(file, 5, s, "prod", "m", "prod's"),
		at(file, 5, r, "dev", "m", ""),
		at(file, 5, s, "dev", "m", "dev's"),
		at(file, 5, s, "dev", "another", ""),
		at(file, 2, s, "dev", "m", ""),
	})
	var lines []string
	for _, d := range got {
		lines = append(lines, strings.Join([]string{d.Origin.Span.File.Name, d.Rule.Name, d.Message, strings.Join(d.Bundles, "+"), d.Witness.Source}, " "))
	}
	want := []string{
		"a.yaml s m dev ", "a.yaml r m dev ", "a.yaml s another dev ", "a.yaml s m dev+prod dev's", "b.yaml r m dev ",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestValidate(t *testing.T) {
	ok := func(*lint.Pass) (any, error) { return nil, nil }
	with := func(change func(*lint.Rule)) []*lint.Rule {
		r := rule("a-rule", ok)
		change(r)
		return []*lint.Rule{r}
	}
	circle := rule("circle", ok)
	circle.Result = reflect.TypeFor[int]()
	circle.Requires = []*lint.Rule{circle}
	tests := []struct {
		want  string
		rules []*lint.Rule
	}{
		{"", with(func(*lint.Rule) {})},
		{"not kebab-case", with(func(r *lint.Rule) { r.Name = "ARule" })},
		{"has no Run", with(func(r *lint.Rule) { r.Run = nil })},
		{"has no severity", with(func(r *lint.Rule) { r.Severity = 0 })},
		{"Doc needs a title", with(func(r *lint.Rule) { r.Doc = "title only" })},
		{"Doc needs a title", with(func(r *lint.Rule) { r.Doc = "A sentence.\n\nbody" })},
		{"has no tag", with(func(r *lint.Rule) { r.Tags = nil })},
		{`unknown tag "x"`, with(func(r *lint.Rule) { r.Tags = []string{"x"} })},
		{"out of order", []*lint.Rule{rule("b", ok), rule("a", ok)}},
		{"out of order or twice", []*lint.Rule{rule("a", ok), rule("a", ok)}},
		{"provides nothing", with(func(r *lint.Rule) { r.Requires = []*lint.Rule{rule("p", ok)} })},
		{"requires itself", []*lint.Rule{circle}},
	}
	for _, test := range tests {
		err := lint.Validate(test.rules)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}
