package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/report"
)

func newConnections(std streams) *cobra.Command {
	var format string
	var exposure bool
	q := &query{}
	formats := slices.Sorted(maps.Keys(report.ConnectionFormats))
	cmd := &cobra.Command{
		Use:   "connections [PATH|-]...",
		Short: "list every allowed connection",
		Long: `List every connection that policies allow between workloads, between them and
addresses outside the cluster, and from ingress controllers. A connection is
possible where it depends on objects that are not in the input, or on what the
API leaves to the network plugin: --complete and --cni settle these.`,
		Example: `  nplint connections ./manifests
  nplint connections overlays/prod -o dot | dot -Tsvg > prod.svg
  nplint connections --exposure --cni calico ./manifests`,
		RunE: func(cmd *cobra.Command, args []string) error {
			write := report.ConnectionFormats[format]
			if write == nil {
				return fmt.Errorf("--output: unknown format %q; use %s%s",
					format, strings.Join(formats, ", "), lint.Suggest(format, formats))
			}
			asked, trouble := q.load(cmd.Context(), args, cmd.Flags().Changed, std)
			if asked == nil {
				return trouble
			}
			var all []report.Connections
			for _, a := range asked {
				list, err := a.engine.Connections(cmd.Context())
				if err != nil {
					return fmt.Errorf("list the connections of %s: %w", a.bundle.Name, err)
				}
				if exposure {
					list = append(list, a.engine.Exposure()...)
				}
				all = append(all, report.Connections{Bundle: a.bundle.Name, List: list})
			}
			if err := write(std.out, all); err != nil {
				return err
			}
			return trouble
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "text", "print `FORMAT`: "+strings.Join(formats, ", "))
	cmd.Flags().BoolVar(&exposure, "exposure", false, "add what is open to pods that are not in the input")
	q.register(cmd)
	return cmd
}
