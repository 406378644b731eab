package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var hostNetworkWorkloadSelected = &lint.Rule{
	Name: "hostnetwork-workload-selected",
	Doc: `policy selects pods on the host network

Pods with hostNetwork share the addresses of their node. The API leaves open what a
policy does to them, and most plugins do nothing: such a policy protects nothing
while it looks as if it did. Only a firewall of the host, or a policy for nodes of
the plugin's own API, reaches them.

Where all workloads that the policy selects are on the host network it is info, and a
warning in the preset strict, because a plugin may isolate them; with --cni it is a
warning for a plugin that is known not to. Where only some are, it is info.

Silent: policies for every pod of a namespace, unless the input is all there is.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runHostNetworkWorkloadSelected,
}

func runHostNetworkWorkloadSelected(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		if p.Subject.Everything() && !pass.Options.Complete {
			continue
		}
		var host []*graph.Workload
		for _, w := range p.Workloads {
			if w.HostNetwork {
				host = append(host, w)
			}
		}
		all := len(host) == len(p.Workloads)
		if len(host) == 0 || p.Subject.Everything() && !all {
			continue
		}
		d := lint.Diagnostic{
			Severity: pass.Advisory(), Certainty: lint.Possible, Object: p.Object, Path: p.SubjectPath,
			Message: fmt.Sprintf("%s selects only %s, on the host network, where most plugins apply no policies, so it protects nothing", p, some(host)),
		}
		if unaffected(reach.Of(pass), p, host[0]) {
			d.Severity, d.Certainty = lint.Warning, lint.Certain
		}
		if !all {
			d.Severity = lint.Info
			d.Message = fmt.Sprintf("%s selects %s among others, on the host network, where most plugins apply no policies", p, some(host))
		}
		for _, w := range host {
			d.Related = append(d.Related, lint.Related{Object: w.Object, Path: w.SpecPath.Key("hostNetwork"), Message: w.String() + " shares its node's network"})
		}
		pass.Report(d)
	}
	return nil, nil
}

// unaffected reports whether the network plugin is known to apply a policy to no
// pods on the host network, such as those of a workload.
func unaffected(engine *reach.Engine, p *graph.Policy, w *graph.Workload) bool {
	for _, d := range graph.Directions {
		if p.Side(d).Isolates && engine.Side(reach.Workload(w), d, internet).Must != connset.All {
			return false
		}
	}
	return true
}
