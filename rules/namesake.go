package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// namesake returns the one of several workloads whose name or labels a policy
// bears, and which of the two, nil if there is none or more than one. A
// workload that the policy's rules name as a peer is not it: policies are also
// called after those whom they admit.
func namesake(p *graph.Policy, pods []*graph.Workload) (w *graph.Workload, how string) {
	if len(pods) < 2 {
		return nil, ""
	}
	w, how = sameName(p, pods), "name"
	if w == nil {
		w, how = sameLabels(p), "labels"
	}
	if w == nil || w.Name == p.Namespace.Name || isPeer(p, w) {
		return nil, ""
	}
	return w, how
}

// policyWords may follow the name of a workload in that of its policy.
var policyWords = wordSet("egress ingress netpol network networkpolicy np policy")

func sameName(p *graph.Policy, pods []*graph.Workload) *graph.Workload {
	name := nameWords(p.Name)
	for len(name) > 0 && policyWords[name[len(name)-1]] {
		name = name[:len(name)-1]
	}
	stem := strings.Join(name, "-")
	return only(pods, func(w *graph.Workload) bool { return w.Name == stem })
}

// identityLabels say which application or part of it an object belongs to.
var identityLabels = []string{"app", "k8s-app", "app.kubernetes.io/name", "app.kubernetes.io/component"}

func sameLabels(p *graph.Policy) *graph.Workload {
	labels := p.Object.Value.Get("metadata").Get("labels").Strings()
	identity := map[string]string{}
	for _, key := range identityLabels {
		if value := labels[key]; value != "" && value != p.Namespace.Name {
			identity[key] = value
		}
	}
	if len(identity) == 0 {
		return nil
	}
	alike := slices.DeleteFunc(slices.Clone(p.Namespace.Select(graph.SelectorOf(identity))), outOfReach)
	return only(alike, func(*graph.Workload) bool { return true })
}

// only returns the workload for which something holds, nil if it does for none
// or several.
func only(pods []*graph.Workload, holds func(*graph.Workload) bool) *graph.Workload {
	var found *graph.Workload
	for _, w := range pods {
		if !holds(w) {
			continue
		}
		if found != nil {
			return nil
		}
		found = w
	}
	return found
}

// isPeer reports whether a peer of the policy singles the workload out.
func isPeer(p *graph.Policy, w *graph.Workload) bool {
	for _, d := range graph.Directions {
		for _, r := range p.Side(d).Rules {
			for _, peer := range r.Peers {
				if !peer.PodSelector().Everything() && p.Matches(peer, w) {
					return true
				}
			}
		}
	}
	return false
}

// soleListener returns the one of several workloads that declares all ports of
// the policy's ingress rules while the others, which declare ports too, have
// none of them. Ports for monitoring do not count: they are often not declared.
func soleListener(p *graph.Policy, pods []*graph.Workload) *graph.Workload {
	ports := openedPorts(p)
	if len(pods) < 2 || len(ports) == 0 || slices.ContainsFunc(nameWords(p.Name), func(w string) bool { return monitoringWords[w] }) {
		return nil
	}
	for _, w := range pods {
		if !slices.ContainsFunc(w.Ports, func(port graph.Port) bool { return !port.Init }) {
			return nil
		}
	}
	w := only(pods, func(w *graph.Workload) bool {
		return slices.ContainsFunc(ports, func(port graph.PolicyPort) bool { return declares(w, port) })
	})
	if w == nil || slices.ContainsFunc(ports, func(port graph.PolicyPort) bool { return !declares(w, port) }) {
		return nil
	}
	return w
}

var monitoringWords = wordSet("health healthz metric metrics monitor monitoring probe probes prom prometheus scrape scraping telemetry")

// openedPorts returns the ports of all ingress rules, none unless every rule
// lists single numbers.
func openedPorts(p *graph.Policy) []graph.PolicyPort {
	var ports []graph.PolicyPort
	if !p.Side(graph.Ingress).Isolates {
		return nil
	}
	for _, r := range p.Side(graph.Ingress).Rules {
		for _, port := range r.Ports {
			if port.All || port.Invalid || port.Name != "" || port.From != port.To {
				return nil
			}
			ports = append(ports, port)
		}
		if r.AllPorts {
			return nil
		}
	}
	return ports
}

// declares reports whether a workload's containers declare a port, under a name
// that is not that of monitoring.
func declares(w *graph.Workload, port graph.PolicyPort) bool {
	return slices.ContainsFunc(w.Ports, func(c graph.Port) bool {
		return !c.Init && port.Matches(c.Protocol, c.Number) &&
			!slices.ContainsFunc(nameWords(c.Name), func(w string) bool { return monitoringWords[w] })
	})
}
