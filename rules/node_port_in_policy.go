package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var nodePortInPolicy = &lint.Rule{
	Name: "node-port-in-policy",
	Doc: `rule names a port of the nodes where the pods listen on another one

A policy sees connections as they arrive at the pod. Those that come through a
NodePort or a load balancer have been sent on to the targetPort by then, so that a
rule for the port of the nodes, 30000 to 32767 by default, matches nothing that ever
happens. Name the port that the containers listen on.

Silent: where a container declares the port, or a Service sends connections to it;
for rules with ranges of ports.

Not checked: egress to addresses, which may be those of nodes.

https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport`,
	Severity: lint.Warning,
	Tags:     []string{"ports"},
	Run:      runNodePortInPolicy,
}

func runNodePortInPolicy(pass *lint.Pass) (any, error) {
	written := nodePorts(pass.Graph)
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			if !p.Side(d).Isolates {
				continue
			}
			for _, r := range p.Side(d).Rules {
				for _, port := range r.Ports {
					if port.From == port.To && (written[port.From] || inNodeRange(port.From)) {
						reportNodePort(pass, p, port, ruleReceivers(pass.Graph, p, r))
					}
				}
			}
		}
	}
	return nil, nil
}

// nodePorts returns the ports of nodes that Services write out.
func nodePorts(g *graph.Graph) map[int]bool {
	written := map[int]bool{}
	for _, s := range g.Services {
		for _, p := range s.Ports {
			written[p.NodePort] = p.NodePort != 0
		}
	}
	return written
}

// inNodeRange reports whether a port is of the range that clusters take the ports
// of nodes from by default.
func inNodeRange(port int) bool { return 30000 <= port && port <= 32767 }

// ruleReceivers returns the workloads of the input that receive what a rule
// allows. An egress rule that also allows addresses has none: they may be those
// of nodes.
func ruleReceivers(g *graph.Graph, p *graph.Policy, r *graph.PolicyRule) []*graph.Workload {
	if r.Direction == graph.Ingress {
		return p.Workloads
	}
	var all []*graph.Workload
	for _, peer := range r.Peers {
		if !peer.OfPods() {
			return nil
		}
		all = append(all, g.Match(p, peer).Workloads...)
	}
	return all
}

func reportNodePort(pass *lint.Pass, p *graph.Policy, port graph.PolicyPort, receivers []*graph.Workload) {
	if port.Invalid || port.Name != "" || port.All {
		return
	}
	var service *graph.Service
	var through graph.ServicePort
	for _, w := range receivers {
		if listensOn(w, port) {
			return
		}
		for _, s := range w.Services {
			for _, sp := range s.Ports {
				if service == nil && s.External() && meansNodePort(s, sp, port) {
					service, through = s, sp
				}
			}
		}
	}
	if service == nil {
		return
	}
	d := lint.Diagnostic{
		Object: p.Object, Path: port.Path,
		Message: fmt.Sprintf("%s names port %d of the nodes, but connections through %s arrive at the pods on %s, so the entry matches none of them",
			p, port.From, service, targetName(through)),
		Related: []lint.Related{{Object: service.Object, Path: through.Path, Message: "the port of " + service.String()}},
	}
	var value any = through.Target
	if through.TargetName != "" {
		value = through.TargetName
	}
	d.Fixes = []lint.Fix{{Message: "name the port of the pods", Ops: []lint.Op{{Object: p.Object, Path: port.Path.Key("port"), Kind: lint.Set, Value: value}}}}
	pass.Report(d)
}

// meansNodePort reports whether an entry of a policy is the node port of a port
// of a Service: the number that is written, or, for its only port without one, a
// number of the default range.
func meansNodePort(s *graph.Service, sp graph.ServicePort, port graph.PolicyPort) bool {
	if sp.Protocol != port.Protocol {
		return false
	}
	return sp.NodePort == port.From || sp.NodePort == 0 && len(s.Ports) == 1 && inNodeRange(port.From)
}

// listensOn reports whether a workload declares a port, or a Service leads to
// it there.
func listensOn(w *graph.Workload, port graph.PolicyPort) bool {
	if slices.ContainsFunc(w.Ports, func(p graph.Port) bool { return port.Matches(p.Protocol, p.Number) }) {
		return true
	}
	return slices.ContainsFunc(w.Services, func(s *graph.Service) bool {
		return slices.ContainsFunc(s.Ports, func(sp graph.ServicePort) bool {
			number, ok := sp.TargetOn(w)
			return ok && port.Matches(sp.Protocol, number)
		})
	})
}

// targetName writes what a port of a Service leads to on the pods.
func targetName(p graph.ServicePort) string {
	if p.TargetName != "" {
		return "their port " + p.TargetName
	}
	return fmt.Sprintf("their port %d", p.Target)
}
