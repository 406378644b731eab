package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// openPorts is what rules admit, to some peer or other. Named says that they also
// name ports.
type openPorts struct {
	ports connset.Set
	named bool
}

type portsOfPod struct {
	workload  *graph.Workload
	direction graph.Direction
}

type portsOfPolicy struct {
	policy    *graph.Policy
	direction graph.Direction
}

// open returns the ports that the policies of a workload admit in a direction.
func (b *portBook) open(w *graph.Workload, d graph.Direction) openPorts {
	key := portsOfPod{w, d}
	open, known := b.admitted[key]
	if !known {
		sets := make([]connset.Set, len(w.Policies))
		for i, p := range w.Policies {
			one := b.openBy(p, d)
			sets[i], open.named = one.ports, open.named || one.named
		}
		open.ports = connset.UnionSets(sets...)
		b.admitted[key] = open
	}
	return open
}

func (b *portBook) openBy(p *graph.Policy, d graph.Direction) openPorts {
	key := portsOfPolicy{p, d}
	open, known := b.admitting[key]
	if !known {
		open = openOf(p, d)
		b.admitting[key] = open
	}
	return open
}

// openOf returns the ports that a policy admits.
func openOf(p *graph.Policy, d graph.Direction) openPorts {
	var open openPorts
	sets := make([]connset.Set, len(p.Side(d).Rules))
	for i, rule := range p.Side(d).Rules {
		set, exact := portsOf(rule)
		sets[i], open.named = set, open.named || !exact
	}
	open.ports = connset.UnionSets(sets...)
	return open
}

// servedPorts is what some pods serve, as far as manifests say.
type servedPorts struct {
	declared []graph.PolicyPort
	// targets are the declared ports to which Services lead; allTargeted says that
	// each of the pods has one.
	targets     connset.Set
	allTargeted bool
	// unadmitted says that the policies of none of the pods admit any of its own.
	unadmitted bool
}

// served returns what the pods of a set serve.
func (b *portBook) served(set *podSet) *servedPorts {
	if known := b.serving[set]; known != nil {
		return known
	}
	s := &servedPorts{allTargeted: true, unadmitted: true}
	for _, w := range set.workloads() {
		for _, c := range w.Ports {
			if !c.Init && !slices.ContainsFunc(s.declared, func(d graph.PolicyPort) bool { return d.Matches(c.Protocol, c.Number) }) {
				s.declared = append(s.declared, graph.PolicyPort{Protocol: c.Protocol, From: c.Number, To: c.Number})
			}
		}
		targets, open := b.targets(w), b.open(w, graph.Ingress)
		s.targets = s.targets.Union(targets)
		s.allTargeted = s.allTargeted && !targets.Empty()
		s.unadmitted = s.unadmitted && !open.named && !open.ports.Overlaps(targets)
	}
	b.serving[set] = s
	return s
}

// forgets reports whether Services lead to each of the pods that receive what a rule
// is about, and no rule in its direction admits where they lead.
func (b *portBook) forgets(p *graph.Policy, rule *graph.PolicyRule, served *servedPorts) bool {
	if !served.allTargeted || rule.Direction == graph.Ingress {
		return served.allTargeted && served.unadmitted
	}
	open := openOf(p, graph.Egress)
	if len(p.Workloads) > 0 {
		open = b.open(p.Workloads[0], graph.Egress)
	}
	return !open.named && !open.ports.Overlaps(served.targets)
}

// targets returns the declared ports of a workload to which Services lead.
func (b *portBook) targets(w *graph.Workload) connset.Set {
	var found connset.Set
	for _, s := range w.Services {
		for _, sp := range s.Ports {
			target, resolved := sp.TargetOn(w)
			protocol, known := connset.ParseProtocol(string(sp.Protocol))
			if resolved && known && declaresPort(w, sp.Protocol, target) {
				found = found.Union(connset.Port(protocol, target))
			}
		}
	}
	return found
}
