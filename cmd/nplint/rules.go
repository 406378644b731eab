package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
)

func newRules(std streams) *cobra.Command {
	var format string
	f := &flags{}
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list all rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			switch format {
			case "text":
				return errors.Join(f.trouble, listRules(std, f.registry))
			case "json":
				return errors.Join(f.trouble, listRulesJSON(std, f.registry))
			}
			return fmt.Errorf("--output: unknown format %q; use text or json", format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "print `FORMAT`: text or json")
	f.registerRego(cmd)
	return cmd
}

func listRules(std streams, all []*lint.Rule) error {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, r.Severity, r.Preset, r.Title())
	}
	return w.Flush()
}

type ruleJSON struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Severity string   `json:"severity"`
	Preset   string   `json:"preset"`
	Tags     []string `json:"tags"`
}

func listRulesJSON(std streams, all []*lint.Rule) error {
	list := []ruleJSON{}
	for _, r := range all {
		list = append(list, ruleJSON{r.Name, r.Title(), r.Severity.String(), r.Preset.String(), r.Tags})
	}
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(list)
}
