package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var cniDoesNotEnforce = &lint.Rule{
	Name: "cni-does-not-enforce",
	Doc: `network plugin does not enforce network policies

The API server accepts policies whether or not something enforces them. Where the
cluster's network plugin does not, every policy is a comment: flannel by itself,
the VPC plugin of AWS before 1.14, kindnet before kind 0.24.

The plugin is the one that --cni names. Without it the finding is only possible,
and there only where the input holds flannel's DaemonSet, or that of the VPC plugin
without its policy agent, and nothing else that enforces policies.

Not checked: settings of a plugin that can be switched off.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites`,
	Severity: lint.Error,
	Tags:     []string{"cni"},
	Score:    7.0,
	Run:      runCNIDoesNotEnforce,
}

func runCNIDoesNotEnforce(pass *lint.Pass) (any, error) {
	if len(pass.Graph.Policies) == 0 {
		return nil, nil
	}
	first := pass.Graph.Policies[0]
	d := lint.Diagnostic{Object: first.Object, Path: metadataName}
	what := "the policy of the input isolates"
	if n := len(pass.Graph.Policies); n > 1 {
		what = fmt.Sprintf("the %d policies of the input isolate", n)
	}
	if gap := lacks(pass.Options, enforcement); gap != nil {
		d.Message = fmt.Sprintf("%s does not enforce network policies%s, so %s nothing", gap, gap.condition(), what)
		pass.Report(d)
		return nil, nil
	}
	if pass.Options.CNI != "" {
		return nil, nil
	}
	if w, name := unenforcingPlugin(pass.Graph); w != nil {
		d.Certainty = lint.Possible
		d.Message = fmt.Sprintf("the network of the input is %s, which does not enforce network policies by itself, so %s nothing unless something else does; name it with --cni", name, what)
		d.Related = []lint.Related{{Object: w.Object, Path: metadataName, Message: "the network plugin"}}
		pass.Report(d)
	}
	return nil, nil
}

// enforcers are names of DaemonSets, or the beginnings of them, that enforce
// policies.
var enforcers = []string{
	"antrea-agent", "calico-node", "canal", "cilium", "kube-network-policies", "kube-router", "kube-ovn-cni", "ovnkube",
	"ovs-node", "romana-agent", "weave-net",
}

// unenforcingPlugin returns the DaemonSet of a network plugin that enforces no
// policies, nil if there is none or another one does.
func unenforcingPlugin(g *graph.Graph) (found *graph.Workload, name string) {
	for _, w := range g.Workloads {
		if w.Kind != "DaemonSet" {
			continue
		}
		switch {
		case slices.ContainsFunc(enforcers, func(prefix string) bool { return strings.HasPrefix(w.Name, prefix) }):
			return nil, ""
		case strings.HasPrefix(w.Name, "kube-flannel"):
			if hasContainer(w, "kube-network-policies") {
				return nil, ""
			}
			found, name = w, "flannel"
		case w.Name == "aws-node":
			if hasContainer(w, "aws-eks-nodeagent", "aws-network-policy-agent") {
				return nil, ""
			}
			found, name = w, "the VPC plugin of AWS without its policy agent"
		}
	}
	return found, name
}

func hasContainer(w *graph.Workload, names ...string) bool {
	for _, c := range w.Object.Value.At(w.SpecPath.Key("containers")).Items() {
		if slices.Contains(names, c.Get("name").Text()) {
			return true
		}
	}
	return false
}
