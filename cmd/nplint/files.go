package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint/load"
)

func newFiles(std streams) *cobra.Command {
	var format string
	f := &flags{}
	cmd := &cobra.Command{
		Use:   "files [PATH|-]...",
		Short: "say for every file as what it is read, in which bundle, or why not",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			in, err := f.input(args, std)
			if err != nil {
				return err
			}
			read, err := load.Load(cmd.Context(), in)
			switch format {
			case "text":
				printFiles(std, read)
			case "json":
				if err := printFilesJSON(std, read); err != nil {
					return err
				}
			default:
				return fmt.Errorf("--output: unknown format %q; use text or json", format)
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "print `FORMAT`: text or json")
	f.registerInput(cmd)
	return cmd
}

func printFiles(std streams, read *load.Result) {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, u := range read.Files() {
		bundles := ""
		if len(u.Bundles) > 0 {
			bundles = "in " + strings.Join(u.Bundles, ", ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", u.File, u.As, bundles)
	}
	w.Flush()
}

func printFilesJSON(std streams, read *load.Result) error {
	type file struct {
		File    string   `json:"file"`
		As      string   `json:"as"`
		Bundles []string `json:"bundles"`
	}
	files := []file{}
	for _, u := range read.Files() {
		files = append(files, file{u.File, u.As, append([]string{}, u.Bundles...)})
	}
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(files)
}
