package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/rules"
)

func newRules(std streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "list all rules",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch format {
			case "text":
				return listRules(std)
			case "json":
				return listRulesJSON(std)
			}
			return fmt.Errorf("--output: unknown format %q; use text or json", format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "print `FORMAT`: text or json")
	return cmd
}

func listRules(std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, r := range rules.All() {
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

func listRulesJSON(std streams) error {
	list := []ruleJSON{}
	for _, r := range rules.All() {
		list = append(list, ruleJSON{r.Name, r.Title(), r.Severity.String(), r.Preset.String(), r.Tags})
	}
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(list)
}
