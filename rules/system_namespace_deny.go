package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var systemNamespaceDeny = &lint.Rule{
	Name: "system-namespace-deny",
	Doc: `policy cuts off what the whole cluster needs

System namespaces hold what all others rely on: name resolution, webhooks, metrics,
agents. A policy that isolates the DNS servers for ingress and admits port 53 from no
other namespace stops name resolution in the whole cluster; one that stops their
egress keeps them from the API server and from the servers that they ask in turn.

A default deny in another system namespace is reported where no policy of it admits
anything. Which namespaces belong to the system can be configured.

The finding is only possible, and a warning, where the input does not hold the pods,
or holds policies of another API that may admit the traffic first.

Not checked: kube-public and kube-node-lease, which hold no pods; what pods of system
namespaces need beyond name resolution, if some policy admits something; policies
that admit DNS from some namespaces only.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/`,
	Severity: lint.Error,
	Tags:     []string{"coverage", "dns"},
	Run:      runSystemNamespaceDeny,
}

func runSystemNamespaceDeny(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		if len(n.Policies) == 0 {
			continue
		}
		servers := dnsServers(pass.Options, n)
		for _, d := range graph.Directions {
			reported := false
			for _, s := range servers {
				if reported = reportServers(pass, n, s, d); reported {
					break
				}
			}
			if !reported && len(servers) == 0 {
				reportSystemDeny(pass, n, d)
			}
		}
	}
	return nil, nil
}

// dnsPods are DNS servers of a namespace: a workload of the input, or the ones
// that every cluster is taken to have.
type dnsPods struct {
	workload *graph.Workload // nil for those that the input does not hold
	labels   map[string]string
}

func dnsServers(options *lint.Options, n *graph.Namespace) []dnsPods {
	var servers []dnsPods
	for _, w := range n.Workloads {
		if resolver(w.Labels) && !outOfReach(w) {
			servers = append(servers, dnsPods{w, w.Labels})
		}
	}
	if len(servers) > 0 || n.Symbolic() {
		return servers
	}
	for _, peer := range options.DNSPeers {
		if peer.Namespace == n.Name && len(peer.Labels) > 0 {
			servers = append(servers, dnsPods{labels: peer.Labels})
		}
	}
	return servers
}

// reportServers reports the policies that keep DNS servers from their work.
func reportServers(pass *lint.Pass, n *graph.Namespace, s dnsPods, d graph.Direction) bool {
	var isolating *graph.Policy
	for _, p := range n.Policies {
		if !p.Side(d).Isolates || p.Subject.Invalid {
			continue
		}
		if isolating == nil && p.Subject.Matches(s.labels) {
			isolating = p
		}
		certain := p.Subject.Matches(s.labels) || s.workload == nil && p.Subject.Overlaps(graph.SelectorOf(s.labels))
		if certain && slices.ContainsFunc(p.Side(d).Rules, func(r *graph.PolicyRule) bool { return servesOthers(pass.Options, p, r) }) {
			return false
		}
	}
	if isolating == nil {
		return false
	}
	name := "the DNS servers of " + namespaceName(n)
	diagnostic := lint.Diagnostic{Object: isolating.Object, Path: isolating.SubjectPath}
	if s.workload != nil {
		name = s.workload.String()
		diagnostic.Related = []lint.Related{{Object: s.workload.Object, Path: s.workload.LabelsPath, Message: "answers name resolution"}}
	}
	if s.workload == nil || pass.Graph.MayBeIsolated(n) {
		diagnostic.Certainty = lint.Possible
	}
	diagnostic.Message = [...]string{
		graph.Ingress: fmt.Sprintf("%s isolates %s and no policy admits UDP port 53 from other namespaces, so names do not resolve anywhere in the cluster", isolating, name),
		graph.Egress:  fmt.Sprintf("%s stops all egress of %s, so that they reach neither the API server nor other DNS servers and names do not resolve anywhere in the cluster", isolating, name),
	}[d]
	pass.Report(diagnostic)
	return true
}

// servesOthers reports whether a rule lets DNS servers do their work: admits
// questions from outside their namespace, or lets them reach anything at all.
func servesOthers(options *lint.Options, p *graph.Policy, rule *graph.PolicyRule) bool {
	if rule.Direction == graph.Egress {
		return true
	}
	asked := rule.AllPorts || slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool {
		return port.Invalid || port.Protocol == graph.UDP && (meansDNS(options, port) || port.All || slices.ContainsFunc(options.DNSPorts, func(n int) bool {
			return port.Matches(graph.UDP, n)
		}))
	})
	return asked && (rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool {
		return peer.Invalid || fromOutside(p, peer)
	}))
}

// withoutPods are namespaces of the system in which nothing runs.
var withoutPods = []string{"kube-public", "kube-node-lease"}

// reportSystemDeny reports a default deny of a system namespace in which no
// policy admits anything.
func reportSystemDeny(pass *lint.Pass, n *graph.Namespace, d graph.Direction) {
	if !pass.Options.System(n.Name) || slices.Contains(withoutPods, n.Name) {
		return
	}
	var deny *graph.Policy
	for _, p := range n.Policies {
		if p.Side(d).Isolates && len(p.Side(d).Rules) > 0 {
			return
		}
		if deny == nil && p.DeniesAll(d) && p.Subject.Everything() {
			deny = p
		}
	}
	if deny == nil {
		return
	}
	certainty := lint.Certain
	if !inhabited(n) || pass.Graph.MayBeIsolated(n) {
		certainty = lint.Possible
	}
	pass.Report(lint.Diagnostic{
		Certainty: certainty, Object: deny.Object, Path: deny.SubjectPath,
		Message: fmt.Sprintf("%s stops all %s of system namespace %s and no policy admits any, so %s",
			deny, d, n.Name, [...]string{"nothing that relies on it can reach it", "its pods reach nothing, the API server included"}[d]),
	})
}
