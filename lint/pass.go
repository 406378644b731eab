package lint

import (
	"context"
	"slices"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Pass is one run of one rule over one bundle. All that it holds is shared with
// other rules that run at the same time and must not be changed.
type Pass struct {
	Context  context.Context
	Rule     *Rule
	Options  *Options
	Bundle   *manifest.Bundle
	Graph    *graph.Graph
	ResultOf map[*Rule]any
	Report   func(Diagnostic)
}

// Advisory is the severity of what is legal and often meant: a warning in the
// preset strict, info otherwise.
func (p *Pass) Advisory() Severity {
	if p.Options.Preset >= Strict {
		return Warning
	}
	return Info
}

// Options are the facts that several rules share.
type Options struct {
	Preset Preset
	// Complete says that the input is all that the cluster holds.
	Complete bool
	// SystemNamespaces belong to the cluster rather than to its users.
	SystemNamespaces []string
	// OperatorLabels are label keys, or prefixes that end in "*", of pods that
	// an operator creates, so that no workload of the input carries them.
	OperatorLabels []string
	// DNSPorts are the ports that name resolution may use.
	DNSPorts []int
	// DNSProvided says that somebody else adds the policies for DNS.
	DNSProvided bool
	// Severities overrides the severities of rules by name.
	Severities map[string]Severity
}

// DefaultOptions returns the options that hold where nobody says otherwise.
func DefaultOptions() *Options {
	return &Options{
		SystemNamespaces: []string{
			"kube-system", "kube-public", "kube-node-lease", "gatekeeper-system",
			"calico-system", "calico-apiserver", "tigera-operator", "cilium", "local-path-storage",
		},
		OperatorLabels: []string{
			"acme.cert-manager.io/*", "actions-ephemeral-runner", "actions.github.com/*",
			"batch.kubernetes.io/*", "cnpg.io/*", "controller-uid", "eck.k8s.elastic.co/*",
			"elasticsearch.k8s.elastic.co/*", "job-name", "kibana.k8s.elastic.co/*",
			"common.k8s.elastic.co/*", "mysql.oracle.com/*", "postgres-operator.crunchydata.com/*",
			"strimzi.io/*", "tekton.dev/*", "workflows.argoproj.io/*",
		},
		DNSPorts: []int{53, 5353},
	}
}

// System reports whether a namespace belongs to the cluster.
func (o *Options) System(namespace string) bool {
	return slices.Contains(o.SystemNamespaces, namespace)
}
