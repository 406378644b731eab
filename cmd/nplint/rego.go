package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/rego"
)

func newRego(std streams, status *int) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rego",
		Short: "write and test rules in Rego",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRegoInput(std), newRegoNew(std), newRegoTest(std, status), &cobra.Command{
		Use:   "capabilities",
		Short: "print what modules may use, for opa check --capabilities and editors",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := rego.Capabilities()
			if err != nil {
				return fmt.Errorf("print the capabilities: %w", err)
			}
			_, err = fmt.Fprintf(std.out, "%s\n", text)
			return err
		},
	})
	return cmd
}

func newRegoInput(std streams) *cobra.Command {
	f := &flags{}
	var schema bool
	cmd := &cobra.Command{
		Use:   "input [PATH|-]...",
		Short: "print what modules read as input, a document for every bundle",
		RunE: func(cmd *cobra.Command, args []string) error {
			if schema {
				_, err := std.out.Write(rego.Schema())
				return err
			}
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			return printRegoInput(cmd, f, args, std)
		},
	}
	f.registerInput(cmd)
	cmd.Flags().StringVar(&f.bundle, "bundle", "", "print only the bundle `NAME`, where the input holds alternatives")
	cmd.Flags().BoolVar(&f.complete, "complete", false, "take the input for all that the cluster holds")
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON schema of the document instead, for opa check --schema")
	return cmd
}

func printRegoInput(cmd *cobra.Command, f *flags, args []string, std streams) error {
	in, err := f.input(args, std)
	if err != nil {
		return err
	}
	f.options.Complete = f.complete
	read, trouble := load.Load(cmd.Context(), in)
	if f.bundle != "" {
		if read.Bundles, err = onlyBundle(read.Bundles, f.bundle); err != nil {
			return err
		}
	}
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	for _, b := range read.Bundles {
		if err := enc.Encode(rego.NewInput(b, graph.New(b.Objects), f.options)); err != nil {
			return fmt.Errorf("print the input of modules: %w", err)
		}
	}
	return trouble
}
