package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var metricsScrapeBlocked = &lint.Rule{
	Name: "metrics-scrape-blocked",
	Doc: `policies do not admit the monitoring that is asked to scrape a port

A ServiceMonitor, a PodMonitor or the annotation prometheus.io/scrape names a port that
is to be scraped. If the pods are isolated and no rule admits that port, the target is
down for good, and alerts on its metrics never fire. Where the input holds the server,
some rule has to admit its pods; otherwise any rule for the port is enough that admits
anybody but the pods themselves.

It is a warning for the annotation, which often stands there without anybody who reads
it, and only possible: agents on the host network of the same node are always allowed.

Silent: where a slip in a policy is the reason, which is a finding of its own, such as
the port of the Service in place of that of the pods; where policies of another API may
apply; where it is unknown whether a rule matches the server.

Not checked: Prometheus objects, whose pods their operator creates.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"ports", "peers"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runMetricsScrapeBlocked,
}

func runMetricsScrapeBlocked(pass *lint.Pass) (any, error) {
	var servers []*graph.Workload
	for _, w := range pass.Graph.Workloads {
		if scrapes(w) {
			servers = append(servers, w)
		}
	}
	book := newPortBook(pass)
	for _, a := range arrivals(pass.Graph, graph.FromMonitoring) {
		if source, blocked := scrapeBlocked(reach.Of(pass), a, servers); blocked && !book.explains(a) {
			reportScrapeBlocked(pass, a, source)
		}
	}
	return nil, nil
}

// scrapes reports whether a workload is a server or an agent that scrapes
// metrics.
func scrapes(w *graph.Workload) bool {
	return slices.ContainsFunc(identityLabels, func(key string) bool {
		return slices.Contains([]string{"prometheus", "prometheus-server", "prometheus-agent", "vmagent", "victoria-metrics-agent", "grafana-agent", "alloy"}, w.Labels[key])
	})
}

// scrapeBlocked returns who cannot scrape a port: the first server, if none of
// those in the input can, or any pod outside the workload.
func scrapeBlocked(e *reach.Engine, a *arrival, servers []*graph.Workload) (reach.Endpoint, bool) {
	anyPod := reach.Pods(reach.Region{})
	if a.admits(e, anyPod) == graph.No {
		if len(servers) > 0 {
			return reach.Workload(servers[0]), !slices.Contains(servers, a.Workload) && !slices.ContainsFunc(servers, outOfReach)
		}
		return anyPod, true
	}
	for _, server := range servers {
		if server == a.Workload || outOfReach(server) || a.admits(e, reach.Workload(server)) != graph.No {
			return anyPod, false
		}
	}
	if len(servers) > 0 {
		return reach.Workload(servers[0]), true
	}
	return anyPod, ownPodsOnly(a)
}

// ownPodsOnly reports whether the rules that admit a port admit it from pods of
// the same workload only.
func ownPodsOnly(a *arrival) bool {
	admitted := admissions(a.Target)
	if len(admitted) == 0 {
		return false
	}
	own := graph.SelectorOf(a.Workload.Labels)
	for _, one := range admitted {
		if one.rule.AllPeers || slices.ContainsFunc(one.rule.Peers, func(peer *graph.Peer) bool {
			return !peer.Local() || peer.Invalid || !one.policy.Subject.Equal(peer.PodSelector()) || peer.PodSelector().Everything() || !own.Implies(peer.PodSelector())
		}) {
			return false
		}
	}
	return true
}

func reportScrapeBlocked(pass *lint.Pass, a *arrival, source reach.Endpoint) {
	how := "admit from no pod"
	if w := source.Workload(); w != nil {
		how = "do not admit from " + w.String()
	} else if len(admissions(a.Target)) > 0 {
		how = "admit from its own pods only"
	}
	d := a.refused(pass, source, fmt.Sprintf("%s asks to scrape %s, which policies %s, so that its metrics are missing", a.leading(), a, how))
	if source.Workload() == nil {
		d.Witness = nil
	}
	if kind := a.entries[0].Object.ID.Kind; kind != "ServiceMonitor" && kind != "PodMonitor" {
		d.Severity, d.Certainty = lint.Warning, lint.Possible
	}
	if w := source.Workload(); w != nil && !w.Namespace.Symbolic() {
		peer := map[string]any{"podSelector": map[string]any{"matchLabels": stringMap(identity(w))}}
		if w.Namespace != a.Workload.Namespace {
			peer["namespaceSelector"] = map[string]any{"matchLabels": map[string]any{graph.NameLabel: w.Namespace.Name}}
		}
		d.Fixes = a.admitRule("admit "+w.String(), []any{peer})
	}
	pass.Report(d)
}

// identity returns the labels that tell a workload from others.
func identity(w *graph.Workload) map[string]string {
	own := map[string]string{}
	for _, key := range identityLabels {
		if value := w.Labels[key]; value != "" {
			own[key] = value
		}
	}
	return own
}

func stringMap(labels map[string]string) map[string]any {
	out := map[string]any{}
	for key, value := range labels {
		out[key] = value
	}
	return out
}
