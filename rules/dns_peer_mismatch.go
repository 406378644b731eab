package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var dnsPeerMismatch = &lint.Rule{
	Name: "dns-peer-mismatch",
	Doc: `rule for DNS whose peers are no DNS servers

A rule for port 53 leads to pods that do not answer lookups, so that names do not
resolve although the rule looks right. The cluster's DNS servers run in kube-system
with the label k8s-app: kube-dns, also where they are CoreDNS; in OpenShift in
openshift-dns, where the pods listen on port 5353.

Reported are peers of the policy's own namespace and of namespaces in which the
input holds no DNS server; labels that the servers do not have; and port 53 of
openshift-dns, or 5353 of kube-system. It is only possible, and a warning, where another
installation may have the label, and where the input holds no workload of the
namespace.

Silent: where one of the rule's peers may be a DNS server, or another rule for the
same pods admits DNS; and for policies of DNS servers themselves.

Not checked: blocks of addresses, which may be those of servers outside; the address
of the DNS Service is another rule's finding.

https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/`,
	Severity: lint.Error,
	Tags:     []string{"dns", "peers"},
	Requires: []*lint.Rule{nameResolution},
	Run:      runDNSPeerMismatch,
}

func runDNSPeerMismatch(pass *lint.Pass) (any, error) {
	c := &dnsPeers{
		pass: pass, dns: dnsReaderOf(pass), find: newFinder(pass), census: newCensus(pass),
		everybody: map[*graph.Namespace][]*graph.Policy{}, mismatches: map[*graph.Policy][]mismatch{},
	}
	for _, p := range pass.Graph.Policies {
		if p.Subject.Everything() {
			c.everybody[p.Namespace] = append(c.everybody[p.Namespace], p)
		}
	}
	for _, p := range pass.Graph.Policies {
		if p.Side(graph.Egress).Isolates && !selectsResolver(p.Subject) {
			c.mismatches[p] = c.check(p)
		}
	}
	for _, p := range pass.Graph.Policies {
		if len(c.mismatches[p]) > 0 && !c.besides(p) {
			c.report(p)
		}
	}
	return nil, nil
}

// dnsPeers tells whether peers may be DNS servers.
type dnsPeers struct {
	pass   *lint.Pass
	dns    *dnsReader
	find   *finder
	census *census
	// everybody are the policies for every pod of a namespace.
	everybody map[*graph.Namespace][]*graph.Policy
	// mismatches are, of policies that admit DNS to no DNS server, one per rule.
	mismatches map[*graph.Policy][]mismatch
}

// besides reports whether other policies admit DNS for all pods of a policy.
func (c *dnsPeers) besides(p *graph.Policy) bool {
	admits := func(q *graph.Policy) bool { return q != p && c.dns.access[q].udp && len(c.mismatches[q]) == 0 }
	return slices.ContainsFunc(c.everybody[p.Namespace], admits) || selectedWith(p, admits)
}

// mismatch is why a peer is no DNS server. Without a text it may be one, or
// another rule says why not.
type mismatch struct {
	peer      *graph.Peer
	text      string
	certainty lint.Certainty
	fix       *lint.Fix
}

// check returns the first peer of each rule for DNS of a policy, nothing if one of
// the rules leads to a DNS server.
func (c *dnsPeers) check(p *graph.Policy) []mismatch {
	var found []mismatch
	for _, rule := range p.Side(graph.Egress).Rules {
		if rule.AllPorts || slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return !meansDNS(c.pass.Options, port) }) {
			continue
		}
		if rule.AllPeers {
			return nil
		}
		for i, peer := range rule.Peers {
			m := c.mismatch(p, rule, peer)
			if m.text == "" {
				return nil
			}
			if m.peer = peer; i == 0 {
				found = append(found, m)
			}
		}
	}
	return found
}

func (c *dnsPeers) report(p *graph.Policy) {
	for _, m := range c.mismatches[p] {
		d := lint.Diagnostic{
			Certainty: m.certainty, Object: p.Object, Path: m.peer.Path,
			Message: fmt.Sprintf("%s admits DNS to a peer that does not answer it, so lookups fail: %s", p, m.text),
		}
		if m.fix != nil {
			d.Fixes = []lint.Fix{*m.fix}
		}
		c.pass.Report(d)
	}
}

func (c *dnsPeers) mismatch(p *graph.Policy, rule *graph.PolicyRule, peer *graph.Peer) mismatch {
	switch {
	case peer.Invalid || peer.Block != nil:
		return mismatch{}
	case c.dns.serves(p, peer):
		return mismatch{}
	case peer.Local():
		return c.local(p, peer)
	}
	return c.elsewhere(p, rule, peer)
}

// replaceByDNS puts the usual DNS servers in place of a peer.
func replaceByDNS(p *graph.Policy, peer *graph.Peer) *lint.Fix {
	return &lint.Fix{Message: "select the cluster's DNS servers", Ops: []lint.Op{{
		Object: p.Object, Path: peer.Path, Kind: lint.Set, Value: clusterDNSPeer,
	}}}
}

// local returns why pods of the policy's own namespace are no DNS servers.
func (c *dnsPeers) local(p *graph.Policy, peer *graph.Peer) mismatch {
	n := p.Namespace
	if _, misdirected := c.find.misdirected(p, peer); misdirected || !n.Symbolic() && c.dns.dnsHome(n.Name) {
		return mismatch{}
	}
	pods := c.pass.Graph.Match(p, peer).Workloads
	switch {
	case peer.Pods.Everything():
		m := mismatch{text: fmt.Sprintf("it is every pod of %s, where no DNS server of the input runs", namespaceName(n)), fix: replaceByDNS(p, peer)}
		if n.Symbolic() || !inhabited(n) {
			m.certainty = lint.Possible
		}
		return m
	case len(pods) > 0 && !slices.ContainsFunc(pods, func(w *graph.Workload) bool { return opaque(w) || len(w.Ports) == 0 }):
		return mismatch{text: some(pods) + " declares no port for DNS", certainty: lint.Possible, fix: replaceByDNS(p, peer)}
	}
	return mismatch{}
}

// elsewhere returns why pods of other namespaces are no DNS servers.
func (c *dnsPeers) elsewhere(p *graph.Policy, rule *graph.PolicyRule, peer *graph.Peer) mismatch {
	names, named := peer.Namespaces.Values(graph.NameLabel)
	switch {
	case peer.Namespaces.Invalid || peer.Namespaces.Unsatisfiable() || peer.Pods != nil && peer.Pods.Invalid:
		return mismatch{}
	case named && !slices.ContainsFunc(names, c.dns.dnsHome), named && pinsKubeDNS(peer) && !slices.ContainsFunc(names, c.pass.Options.System):
		return c.stranger(p, peer, names)
	case named && slices.Equal(names, []string{"openshift-dns"}):
		return c.openshift(p, rule)
	case named && !slices.Contains(names, "kube-system") || !named && !peer.Namespaces.Everything():
		return mismatch{}
	}
	if named && pinsKubeDNS(peer) && !slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return port.From != 5353 }) {
		return otherPort(p, rule, 53, "the servers of most clusters listen on port 53; 5353 is the port of those in openshift-dns", lint.Possible)
	}
	return c.label(p, peer)
}

func pinsKubeDNS(peer *graph.Peer) bool {
	value, _ := peer.PodSelector().Pinned("k8s-app")
	return value == "kube-dns"
}

// otherPort is a mismatch of the port and not of the peer.
func otherPort(p *graph.Policy, rule *graph.PolicyRule, port int, text string, certainty lint.Certainty) mismatch {
	fix := lint.Fix{Message: fmt.Sprintf("admit port %d", port)}
	for _, entry := range rule.Ports {
		fix.Ops = append(fix.Ops, lint.Op{Object: p.Object, Path: entry.Path.Key("port"), Kind: lint.Set, Value: port})
	}
	return mismatch{text: text, certainty: certainty, fix: &fix}
}

// stranger returns why pods of namespaces that are not those of DNS servers are
// none.
func (c *dnsPeers) stranger(p *graph.Policy, peer *graph.Peer, names []string) mismatch {
	if pinsKubeDNS(peer) {
		if c.census.explain(*peer.Namespaces).text != "" {
			return mismatch{}
		}
		m := mismatch{text: fmt.Sprintf("pods with k8s-app: kube-dns live in kube-system, not in %s", names[0]), fix: replaceByDNS(p, peer)}
		if c.dns.dnsHome(names[0]) {
			m.certainty = lint.Possible
		}
		return m
	}
	m := c.pass.Graph.Match(p, peer)
	if len(m.Workloads) == 0 || slices.ContainsFunc(m.Workloads, func(w *graph.Workload) bool { return opaque(w) || len(w.Ports) == 0 }) {
		return mismatch{}
	}
	return mismatch{text: some(m.Workloads) + " declares no port for DNS", certainty: lint.Possible, fix: replaceByDNS(p, peer)}
}

// openshift returns why a rule without port 5353 reaches no server in
// openshift-dns.
func (c *dnsPeers) openshift(p *graph.Policy, rule *graph.PolicyRule) mismatch {
	if slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return port.From != 53 }) {
		return mismatch{}
	}
	return otherPort(p, rule, 5353, "the servers in openshift-dns listen on port 5353, and 53 is only the port of their Service", lint.Certain)
}

// label returns why pods of kube-system with some label are no DNS servers.
func (c *dnsPeers) label(p *graph.Policy, peer *graph.Peer) mismatch {
	pods := peer.PodSelector()
	if slices.ContainsFunc(c.pass.Options.DNSPeers, func(d lint.DNSPeer) bool { return d.Labels != nil && pods.Matches(d.Labels) }) {
		return mismatch{}
	}
	labels := pods.Labels()
	for _, key := range pods.Keys() {
		value := labels[key]
		switch {
		case key == "k8s-app" && (value == "coredns" || looksLike(value, "kube-dns")),
			value == "kube-dns" && key != "k8s-app", value == "coredns" && (key == "app" || key == "name"):
			return mismatch{
				text:      fmt.Sprintf("it has %s: %s, but the DNS servers of most clusters have k8s-app: kube-dns, CoreDNS too", key, value),
				certainty: lint.Possible, fix: replaceByDNS(p, peer),
			}
		}
	}
	return mismatch{}
}
