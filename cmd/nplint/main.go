// Command nplint lints Kubernetes network policies.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

// The exit statuses, the same in every output format.
const (
	statusClean    = 0 // nothing at or above --fail-on
	statusFindings = 1
	statusTrouble  = 2 // usage, unreadable input, no manifest, or a failure of nplint
)

func main() {
	isolate()
	allowGarbage(garbageOfReading)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run is nplint without the process around it.
func run(ctx context.Context, args []string, std streams) int {
	status := statusClean
	root := newRoot(std, &status)
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(std.err, "nplint:", err)
		return statusTrouble
	}
	return status
}
