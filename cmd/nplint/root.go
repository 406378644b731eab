package main

import (
	"io"

	"github.com/spf13/cobra"
)

// streams are the standard ones, or a test's.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// newRoot returns the command line. status is set by commands that end with
// something other than success or an error.
func newRoot(std streams, status *int) *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:   "nplint [flags] [PATH|-]...",
		Short: "lint Kubernetes network policies",
		Long: `nplint lints Kubernetes network policies. It reads YAML and JSON manifests,
Kustomize trees and Helm charts below the given paths (default: the working
directory), or standard input for "-", and reports what does not do what it seems
to do.

A first argument that is a command's name is the command: write ./rules for a
folder of that name.

Exit status: 0 without findings at or above --fail-on, 1 with such findings, 2 if
nplint could not do its work: wrong usage, unreadable input, no manifest found.`,
		Example: `  nplint ./manifests
  nplint overlays/prod
  nplint ./chart --values prod.yaml -o sarif=nplint.sarif
  nplint explain egress-missing-dns`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.configure(cmd.Flags().Changed); err != nil {
				return err
			}
			var err error
			*status, err = runLint(cmd.Context(), f, args, std)
			return err
		},
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	f.register(root)
	root.AddCommand(newBaseline(std), newConfig(std), newConnections(std), newExplain(std), newFiles(std), newRego(std, status), newRules(std), newTrace(std, status), newVersion(std))
	return root
}
