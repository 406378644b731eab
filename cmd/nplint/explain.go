package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/rules"
	"github.com/nplint/nplint/testdata"
)

func newExplain(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "explain a rule and show an example",
		Args:  cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, r := range rules.All() {
				names = append(names, r.Name+"\t"+r.Title())
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			for _, r := range rules.All() {
				if r.Name == args[0] {
					return explain(std, r)
				}
			}
			return unknownRule(rules.All(), args[0])
		},
	}
}

func explain(std streams, r *lint.Rule) error {
	example, err := exampleOf(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: %s\n\nseverity: %s   preset: %s   tags: %s\n\n%s\n\nExample:\n\n%s",
		r.Name, r.Title(), r.Severity, r.Preset, strings.Join(r.Tags, ", "), r.Body(), example)
	return err
}

// exampleOf returns the first document of the rule's fixtures that is reported,
// indented, with a mark on the reported lines. bad.yaml goes before the fixtures
// of special cases.
func exampleOf(r *lint.Rule) (string, error) {
	files := []string{"rules/" + r.Name + "/bad.yaml"}
	err := fs.WalkDir(testdata.Rules, "rules/"+r.Name, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	for _, name := range files {
		data, _ := fs.ReadFile(testdata.Rules, name) // a folder may stand for bad.yaml
		for _, doc := range strings.Split(string(data), "\n---\n") {
			if strings.Contains(doc, "# want ") {
				return mark(doc), nil
			}
		}
	}
	if err == nil {
		err = errors.New("no fixture reports anything")
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
