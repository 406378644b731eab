package rules

import (
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// hostInEnv returns the first variable of a workload that holds the name of a
// Service of the input, or a name within the cluster.
func hostInEnv(w *graph.Workload) (variable, host string) {
	for _, entry := range w.Env {
		variable, value, _ := strings.Cut(entry, "=")
		host := hostOf(value)
		if strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".svc.cluster.local") {
			return variable, host
		}
		if host == value && !strings.HasSuffix(variable, "HOST") {
			continue // a word, not an address
		}
		unqualified := strings.TrimSuffix(host, "."+w.Namespace.Name)
		for _, s := range w.Namespace.Services {
			if s.Name == host || s.Name == unqualified {
				return variable, host
			}
		}
	}
	return "", ""
}

// hostOf returns the host of a URL or of host:port.
func hostOf(value string) string {
	if _, rest, found := strings.Cut(value, "://"); found {
		value = rest
	}
	value, _, _ = strings.Cut(value, "/")
	value = value[strings.LastIndexByte(value, '@')+1:]
	value, _, _ = strings.Cut(value, ":")
	return value
}
