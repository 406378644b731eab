package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/testdata"
)

func newExplain(std streams) *cobra.Command {
	f := &flags{}
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "explain a rule and show an example",
		Args:  cobra.ExactArgs(1),
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if f.configure(cmd.Flags().Changed) != nil {
				f.registry = builtIn()
			}
			for _, r := range f.registry {
				names = append(names, r.Name+"\t"+r.Title())
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			for _, r := range f.registry {
				if r.Name == args[0] {
					return errors.Join(f.trouble, explain(std, r, f.rego))
				}
			}
			return errors.Join(f.trouble, unknownRule(f.registry, args[0]))
		},
	}
	f.registerRego(cmd)
	return cmd
}

// explain prints what a rule means, with an example if it has one: users'
// modules, in some folders, may do without.
func explain(std streams, r *lint.Rule, modules []string) error {
	example, err := exampleOf(r, testdata.Rules, "rules/"+r.Name)
	for _, dir := range modules {
		if errors.Is(err, fs.ErrNotExist) {
			example, err = exampleOf(r, os.DirFS(dir), "testdata/"+r.Name)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if example != "" {
		example = "\nExample:\n\n" + example
	}
	_, err = fmt.Fprintf(std.out, "%s: %s\n\nseverity: %s   preset: %s   tags: %s\n\n%s\n%s",
		r.Name, r.Title(), r.Severity, r.Preset, strings.Join(r.Tags, ", "), r.Body(), example)
	return err
}

// exampleOf returns the first document of the rule's fixtures that is reported,
// indented, with a mark on the reported lines. bad.yaml goes before the fixtures
// of special cases. The error is fs.ErrNotExist where there are no fixtures.
func exampleOf(r *lint.Rule, fsys fs.FS, dir string) (string, error) {
	files := []string{dir + "/bad.yaml"}
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	for _, name := range files {
		data, _ := fs.ReadFile(fsys, name) // a folder may stand for bad.yaml
		for _, doc := range strings.Split(string(data), "\n---\n") {
			if strings.Contains(doc, "# want ") {
				return mark(doc), nil
			}
		}
	}
	if err == nil {
		err = fmt.Errorf("no fixture reports anything: %w", fs.ErrNotExist)
	}
	return "", fmt.Errorf("find the example of %s: %w", r.Name, err)
}

// mark indents a document and turns its want comments into marks.
func mark(doc string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(doc, "\n") + "\n") {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "# test: ") {
			continue
		}
		if text, _, found := strings.Cut(line, "# want "); found {
			line = strings.TrimRight(text, " ") + "   # <- here"
		}
		b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
	return b.String()
}
