package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

var egressMissingDNS = &lint.Rule{
	Name: "egress-missing-dns",
	Doc: `pods may reach peers but not resolve their names

A pod that is isolated for egress may reach only what the rules of its policies
list, and the cluster's DNS servers are no exception. If no rule admits port 53,
every lookup runs into a timeout, and connections by Service name fail although
a rule admits them.

All policies that select the same pods count together, so that one policy for
every pod of the namespace is enough. A namespace whose pods may not reach
anything at all is noted as info.

Silent: where the rules admit only addresses and nothing speaks of names; where
policies of another API, which may admit DNS on their own, can apply; where the
configuration says that somebody else adds the policies for DNS.

Not checked: whether the peer of a rule for port 53 is a DNS server.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/`,
	Severity: lint.Warning,
	Tags:     []string{"dns"},
	Requires: []*lint.Rule{nameResolution, reach.Rule},
	Run:      runEgressMissingDNS,
}

func runEgressMissingDNS(pass *lint.Pass) (any, error) {
	if pass.Options.DNSProvided {
		return nil, nil
	}
	reader := dnsReaderOf(pass)
	for _, n := range pass.Graph.Namespaces {
		if pass.Graph.MayBeIsolated(n, graph.Egress) {
			continue
		}
		var cutOff []*dnsGroup
		for _, g := range reader.groups(n) {
			if !g.access.udp && !g.access.meant && g.needsNames() != "" {
				cutOff = append(cutOff, g)
			}
		}
		if len(cutOff) > 0 {
			reportMissingDNS(pass, cutOff, reader.server)
		} else {
			reader.reportSilence(pass, n)
		}
	}
	return nil, nil
}

// reportMissingDNS reports the groups of one namespace together, each at the
// policy that opens it.
func reportMissingDNS(pass *lint.Pass, groups []*dnsGroup, server reach.Endpoint) {
	var policies []*graph.Policy
	opens := map[*graph.Policy][]*dnsGroup{}
	for _, g := range groups {
		p := g.opened()
		if opens[p] == nil {
			policies = append(policies, p)
		}
		opens[p] = append(opens[p], g)
	}
	var d lint.Diagnostic
	fix := lint.Fix{Message: "allow DNS to the cluster's DNS servers"}
	for i, p := range policies {
		path := p.Side(graph.Egress).Path
		fix.Ops = append(fix.Ops, lint.Op{Object: p.Object, Path: path, Kind: lint.Insert, Value: clusterDNSRule})
		what := fmt.Sprintf("%s lets %s reach %s", p, subjects(opens[p]), opens[p][0].needsNames())
		if i > 0 {
			d.Related = append(d.Related, lint.Related{Object: p.Object, Path: path, Message: what + " without DNS"})
			continue
		}
		d.Object, d.Path = p.Object, path
		d.Message = what + " and no policy of the input admits DNS (UDP port 53) for them, so names do not resolve and connections by Service name fail"
	}
	d.Fixes = []lint.Fix{fix}
	prove(pass, &d, groups[0].pods(), server, false, connset.Port(connset.UDP, 53))
	pass.Report(d)
}

// reportSilence notes a policy that stops all egress of a namespace in which
// no policy admits DNS: whatever is allowed later will need it.
func (r *dnsReader) reportSilence(pass *lint.Pass, n *graph.Namespace) {
	access := r.shared(n)
	var stop *graph.Policy
	for _, p := range n.Policies {
		access = access.or(r.access[p])
		if stop == nil && p.DeniesAll(graph.Egress) && p.Subject.Everything() {
			stop = p
		}
	}
	if stop == nil || access != (dnsAccess{}) {
		return
	}
	path := stop.Side(graph.Egress).Path
	if stop.Side(graph.Egress).Written == manifest.Absent {
		path = manifest.Field("spec", "policyTypes")
	}
	pass.Report(lint.Diagnostic{
		Severity: lint.Info, Object: stop.Object, Path: path,
		Message: fmt.Sprintf("%s stops all egress of %s and no policy of the input admits DNS, so pods that are later allowed to reach a peer cannot resolve its name",
			stop, namespaceName(n)),
	})
}

// opened returns the policy in which a person would add the rule for DNS: one
// that admits something reached by name, rather one for these pods than one for
// all; nil where no policy has egress rules.
func (g *dnsGroup) opened() *graph.Policy {
	var best *graph.Policy
	rank := 0
	for _, p := range g.policies {
		if len(p.Side(graph.Egress).Rules) == 0 {
			continue
		}
		own := 1
		if reachedByName(p) != "" {
			own += 2
		}
		if !p.Subject.Everything() {
			own++
		}
		if own > rank {
			best, rank = p, own
		}
	}
	return best
}

// needsNames describes what the pods may reach by name, "" if nothing.
func (g *dnsGroup) needsNames() string {
	p := g.opened()
	if p == nil {
		return ""
	}
	if what := reachedByName(p); what != "" {
		return what
	}
	for _, w := range g.workloads {
		if variable, host := hostInEnv(w); variable != "" {
			return fmt.Sprintf("addresses, while %s of %s names %s,", variable, w, host)
		}
	}
	return ""
}

// reachedByName describes the first destination that nobody reaches by an
// address: pods, or the whole Internet. The address of the API server is in the
// environment of every pod.
func reachedByName(p *graph.Policy) string {
	for _, rule := range p.Side(graph.Egress).Rules {
		if apiServerPorts(rule) {
			continue
		}
		if rule.AllPeers {
			return "any destination on some ports"
		}
		for _, peer := range rule.Peers {
			switch {
			case peer.Invalid:
			case peer.Block != nil && peer.Block.CIDR.Bits() == 0:
				return peer.Block.CIDR.String()
			case peer.Block == nil && peer.PodSelector().Everything():
				return "other pods"
			case peer.Block == nil:
				return "pods with " + peer.PodSelector().String()
			}
		}
	}
	return ""
}

// apiServerPorts reports whether a rule is for the API server: port 6443, with
// or without the port 443 of its Service.
func apiServerPorts(rule *graph.PolicyRule) bool {
	own := false
	for _, port := range rule.Ports {
		if port.From != port.To || port.From != 443 && port.From != 6443 {
			return false
		}
		own = own || port.From == 6443
	}
	return own
}

// subjects writes the pods of groups that one policy opens.
func subjects(groups []*dnsGroup) string {
	var workloads []*graph.Workload
	for _, g := range groups {
		workloads = append(workloads, g.workloads...)
	}
	if len(workloads) > 0 {
		return some(workloads)
	}
	return groups[0].subject()
}
