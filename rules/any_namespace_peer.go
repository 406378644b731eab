package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var anyNamespacePeer = &lint.Rule{
	Name: "any-namespace-peer",
	Doc: `ingress from every pod of the cluster

A peer with an empty namespaceSelector, and no podSelector or an empty one, admits
every pod of every namespace, those of other tenants and of tomorrow's namespaces
among them. It is legal and often meant, hence info, and a warning in the preset
strict.

Silent: for pods that serve the whole cluster, such as DNS servers, ingress
controllers, admission webhooks and collectors of telemetry.

Not checked: egress, and rules without peers, which admit even more and are a
finding of their own.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Info,
	Tags:     []string{"peers", "exposure"},
	Score:    4.0,
	Run:      runAnyNamespacePeer,
}

func runAnyNamespacePeer(pass *lint.Pass) (any, error) {
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		i := slices.IndexFunc(rule.Peers, anyPod)
		if rule.Direction == graph.Egress || i < 0 || servesCluster(p) || admitsEverybody(rule) {
			return
		}
		on := "every port"
		if !rule.AllPorts {
			on = portList(rule.Ports)
		}
		pass.Report(lint.Diagnostic{
			Severity: pass.Advisory(), Object: p.Object, Path: rule.Peers[i].Path.Key("namespaceSelector"),
			Message: fmt.Sprintf("%s admits every pod of every namespace to %s on %s", p, subjectName(p), on),
		})
	})
	return nil, nil
}

// clusterServices are words in the labels and names of pods that serve all
// namespaces.
var clusterServices = wordSet("admission collector coredns dns egress fluent fluentbit gateway ingress istiod jaeger kube kubernetes " +
	"loki mimir nginx operator otel opentelemetry otlp proxy pushgateway registry statsd telemetry tempo traefik webhook webhooks")

// servesCluster reports whether a policy is for pods that serve all namespaces.
func servesCluster(p *graph.Policy) bool {
	serves := func(name string) bool {
		return slices.ContainsFunc(nameWords(name), func(w string) bool { return clusterServices[w] })
	}
	for _, key := range p.Subject.Keys() {
		values, _ := p.Subject.Values(key)
		if slices.ContainsFunc(values, serves) {
			return true
		}
	}
	return len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool { return !serves(w.Name) })
}
