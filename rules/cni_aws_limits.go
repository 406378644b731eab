package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var cniAWSLimits = &lint.Rule{
	Name: "cni-aws-limits",
	Doc: `policy goes beyond a limit of the VPC plugin of AWS

Amazon documents what its plugin asks for beyond the API. The port of a Service has
to be the port of the container, and a port that a policy names has to bear the same
name in the Service; one rule may list 24 ports; and pods that no controller owns
are not reliably isolated. What goes beyond is applied without a message and does
not do what is written. The rule runs with --cni aws-vpc-cni.

Not checked: Services whose pods no policy of the input isolates.

https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html`,
	Severity: lint.Warning,
	Tags:     []string{"cni"},
	Run:      runCNIAWSLimits,
}

func runCNIAWSLimits(pass *lint.Pass) (any, error) {
	if pass.Options.CNI != "aws-vpc-cni" {
		return nil, nil
	}
	for _, s := range pass.Graph.Services {
		reportServicePorts(pass, s)
	}
	for _, w := range pass.Graph.Workloads {
		if w.Kind == "Pod" && len(w.Policies) > 0 && !w.Hook && len(w.Object.Value.Get("metadata").Get("ownerReferences").Items()) == 0 {
			pass.Report(lint.Diagnostic{
				Certainty: lint.Possible, Object: w.Object, Path: metadataName,
				Message: fmt.Sprintf("%s has no owner, and the VPC plugin of AWS isolates only pods of a controller reliably, so %s may not hold for it",
					w, some(w.Policies)),
			})
		}
	}
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			for _, rule := range p.Side(d).Rules {
				reportManyPorts(pass, p, rule)
			}
		}
	}
	return nil, nil
}

// reportServicePorts reports the ports of a Service that lead isolated pods to
// another port, or that policies know by another name.
func reportServicePorts(pass *lint.Pass, s *graph.Service) {
	for _, port := range s.Ports {
		for _, w := range s.Workloads {
			if len(w.Policies) == 0 || w.HostNetwork {
				continue
			}
			fact := ""
			if target, known := port.TargetOn(w); known && target != port.Port {
				fact = fmt.Sprintf("leads port %d to port %d of %s", port.Port, target, w)
			} else if port.TargetName != "" && port.Name != port.TargetName && namesPort(w, port.TargetName) {
				fact = fmt.Sprintf("has another name for port %s of %s", port.TargetName, w)
			}
			if fact == "" {
				continue
			}
			pass.Report(lint.Diagnostic{
				Object: s.Object, Path: port.Path,
				Message: fmt.Sprintf("%s %s, and the VPC plugin of AWS wants the two to be the same, so what %s may not hold for connections through it",
					s, fact, some(w.Policies)+admitVerb(len(w.Policies))),
			})
			break
		}
	}
}

func admitVerb(n int) string {
	if n == 1 {
		return " admits"
	}
	return " admit"
}

// namesPort reports whether a policy of a workload has an ingress rule for a
// named port.
func namesPort(w *graph.Workload, name string) bool {
	for _, p := range w.Policies {
		for _, rule := range p.Side(graph.Ingress).Rules {
			if slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return port.Name == name }) {
				return true
			}
		}
	}
	return false
}

// mostAWSPorts is the number of ports that a rule may list.
const mostAWSPorts = 24

func reportManyPorts(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule) {
	type entry struct {
		protocol graph.Protocol
		from, to int
		name     string
	}
	different := map[entry]bool{}
	for _, port := range rule.Ports {
		different[entry{port.Protocol, port.From, port.To, port.Name}] = true
	}
	if len(different) > mostAWSPorts {
		pass.Report(lint.Diagnostic{
			Object: p.Object, Path: rule.PortsPath,
			Message: fmt.Sprintf("a rule of %s lists %d ports and the VPC plugin of AWS takes %d for one peer, so it may not apply them all",
				p, len(different), mostAWSPorts),
		})
	}
}
