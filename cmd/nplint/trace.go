package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nplint/nplint/lint/report"
)

func newTrace(std streams, status *int) *cobra.Command {
	q := &query{}
	cmd := &cobra.Command{
		Use:   "trace SRC DST[:PORT[/PROTOCOL]] [PATH|-]...",
		Short: "say why a connection is allowed or not",
		Long: `Say whether policies allow a connection, and which lines decide on each side.

SRC and DST are a workload (NAMESPACE/KIND/NAME, NAMESPACE/NAME, KIND/NAME or
NAME), a Service as DST (NAMESPACE/Service/NAME), an address, a CIDR,
"ingress-controller" or "node". PROTOCOL is tcp unless it is given; without a port
every connection is asked for.

Exit status: 0 if it is allowed, 1 if not or only possibly, 2 for errors.`,
		Example: `  nplint trace shop/web shop/db:5432
  nplint trace shop/Deployment/web 8.8.8.8:443 ./manifests
  nplint trace ingress-controller shop/Service/web:80`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, isTerminal := terminal(std.out)
			color, err := report.UseColor(q.color, os.LookupEnv, isTerminal)
			if err != nil {
				return fmt.Errorf("--color: %w", err)
			}
			all, trouble := q.load(cmd.Context(), args[2:], cmd.Flags().Changed, std)
			if all == nil {
				return trouble
			}
			questions, err := newQuestions(all, args[0], args[1])
			if err != nil {
				return errors.Join(err, trouble)
			}
			for i, question := range questions {
				if i > 0 {
					fmt.Fprintln(std.out)
				}
				if len(all) > 1 {
					fmt.Fprintf(std.out, "bundle %s\n", question.bundle)
				}
				x := question.explain()
				if x.Must != x.Asked {
					*status = statusFindings
				}
				if err := report.Trace(std.out, x, report.Style{Color: color}); err != nil {
					return err
				}
			}
			return trouble
		},
	}
	cmd.Flags().StringVar(&q.color, "color", "auto", "colour: auto, always or never")
	q.register(cmd)
	return cmd
}

// splitPort cuts the port and the protocol off a destination. An IPv6 address
// with a port stands in brackets.
func splitPort(dst string) (host, port, protocol string, err error) {
	host = dst
	if _, err := netip.ParseAddr(dst); err == nil {
		return dst, "", "", nil
	}
	if _, err := netip.ParsePrefix(dst); err == nil {
		return dst, "", "", nil
	}
	i := strings.LastIndexByte(dst, ':')
	if i >= 0 {
		host = dst[:i]
		port, protocol, _ = strings.Cut(dst[i+1:], "/")
		if port == "" {
			return "", "", "", fmt.Errorf("%q: there is no port behind the colon", dst)
		}
	}
	return strings.Trim(host, "[]"), port, protocol, nil
}
