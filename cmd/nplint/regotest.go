package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/want"
	"github.com/nplint/nplint/rego"
)

func newRegoTest(std streams, status *int) *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test DIR",
		Short: "test the rules of a folder: its _test.rego files and its fixtures",
		Long: `Test the rules of the Rego modules in a folder. The rules whose names begin with
test_ in files that end in _test.rego are run as OPA runs them. The files and
folders testdata/RULE/bad* are linted with the rule and must be reported where a
comment says so, # want "regexp", and nowhere else; testdata/RULE/good* must not
be reported. Tests read the input of each of them as
data.nplint.fixtures["RULE/bad.yaml"].

Exit status: 0 if all pass, 1 if not, 2 if a module cannot be compiled or run.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t := &regoTests{dir: args[0], out: std.out, verbose: verbose}
			if err := t.run(cmd.Context()); err != nil {
				return err
			}
			if t.failed > 0 {
				*status = statusFindings
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "list also what passes")
	return cmd
}

// regoTests runs the tests of a folder of modules.
type regoTests struct {
	dir     string
	out     io.Writer
	verbose bool

	fixtures      []fixture
	total, failed int
}

// fixture is what is linted with one rule: testdata/RULE/bad.yaml.
type fixture struct {
	rule, name string // name is bad.yaml, or a folder
	rego.Fixture
}

func (t *regoTests) run(ctx context.Context) error {
	rules, err := withModules([]string{t.dir})
	if err != nil {
		return err
	}
	if err := t.load(ctx); err != nil {
		return err
	}
	fixtures := map[string]rego.Fixture{}
	for _, f := range t.fixtures {
		fixtures[f.rule+"/"+f.name] = f.Fixture
	}
	tested, err := rego.Test(ctx, os.DirFS(t.dir), path.Clean(filepath.ToSlash(t.dir)), fixtures)
	if err != nil {
		return err
	}
	for _, r := range tested.Tests {
		t.unit(r)
	}
	for _, f := range t.fixtures {
		if err := t.lint(ctx, rules, f); err != nil {
			return err
		}
	}
	for _, c := range tested.Coverage {
		missed := ""
		if len(c.Missed) > 0 {
			missed = ", not lines " + strings.Join(c.Missed, ", ")
		}
		fmt.Fprintf(t.out, "%s: tests reach %.0f %%%s\n", c.File, c.Percent, missed)
	}
	fmt.Fprintf(t.out, "%d passed, %d failed\n", t.total-t.failed, t.failed)
	return nil
}

// load reads the fixtures of all rules.
func (t *regoTests) load(ctx context.Context) error {
	found, err := fs.Glob(os.DirFS(t.dir), "testdata/*/*")
	if err != nil {
		return fmt.Errorf("find the fixtures: %w", err)
	}
	w, err := newWorkdir()
	if err != nil {
		return err
	}
	for _, name := range found {
		f := fixture{rule: path.Base(path.Dir(name)), name: path.Base(name)}
		f.Options = lint.DefaultOptions()
		if !f.bad() && !strings.HasPrefix(f.name, "good") {
			continue
		}
		in := load.Input{FS: os.DirFS(w.top)}
		if in.Dir, err = w.name(w.dir); err != nil {
			return err
		}
		if in.Paths, err = w.names([]string{filepath.Join(t.dir, filepath.FromSlash(name))}); err != nil {
			return err
		}
		read, err := load.Load(ctx, in)
		if err != nil {
			return fmt.Errorf("read the fixture %s: %w", name, err)
		}
		f.Bundle = read.Bundles[0]
		f.Graph = graph.New(f.Bundle.Objects)
		if len(f.Bundle.Files) > 0 {
			if f.Options, err = want.Options(f.Bundle.Files[0]); err != nil {
				return err
			}
		}
		t.fixtures = append(t.fixtures, f)
	}
	return nil
}

func (f fixture) bad() bool { return strings.HasPrefix(f.name, "bad") }

// unit prints the outcome of a test in Rego.
func (t *regoTests) unit(r rego.TestResult) {
	if r.Skipped {
		fmt.Fprintf(t.out, "SKIP  %s (%s:%d)\n", r.Name, r.File, r.Line)
		return
	}
	var wrong []string
	if r.Err != nil {
		wrong = append(wrong, r.Err.Error())
	} else if !r.Passed {
		wrong = append(wrong, "the test is not true")
	}
	if r.Output != "" {
		wrong = append(wrong, strings.Split(strings.TrimSpace(r.Output), "\n")...)
	}
	t.outcome(fmt.Sprintf("%s (%s:%d)", r.Name, r.File, r.Line), r.Passed, wrong)
}

// lint lints a fixture with its rule.
func (t *regoTests) lint(ctx context.Context, rules []*lint.Rule, f fixture) error {
	name := path.Join(filepath.ToSlash(t.dir), "testdata", f.rule, f.name)
	var rule []*lint.Rule
	for _, r := range rules {
		if r.Name == f.rule {
			rule = append(rule, r)
		}
	}
	if len(rule) == 0 {
		return fmt.Errorf("%s is the fixture of a rule that does not exist", name)
	}
	found, err := lint.Run(ctx, rule, f.Bundle, f.Graph, f.Options)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	found = lint.Merge(found)
	var wrong []string
	switch {
	case f.bad():
		if wrong = want.Compare(f.Bundle.Files, found); len(found) == 0 {
			wrong = append(wrong, "nothing is reported")
		}
	default:
		for _, d := range found {
			wrong = append(wrong, fmt.Sprintf("%s: not wanted: %s", want.Place(d), want.Text(d)))
		}
	}
	t.outcome(name, len(wrong) == 0, wrong)
	return nil
}

func (t *regoTests) outcome(name string, passed bool, details []string) {
	t.total++
	switch {
	case !passed:
		t.failed++
		fmt.Fprintf(t.out, "FAIL  %s\n", name)
	case t.verbose:
		fmt.Fprintf(t.out, "PASS  %s\n", name)
	default:
		return
	}
	for _, d := range details {
		fmt.Fprintf(t.out, "      %s\n", d)
	}
}
