package rules

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// dnsAccess says how some egress rules admit name resolution, to whomever.
type dnsAccess struct {
	udp, tcp bool
	meant    bool // by an entry for the port of DNS, not only by a wider one
}

func (a dnsAccess) or(b dnsAccess) dnsAccess {
	return dnsAccess{udp: a.udp || b.udp, tcp: a.tcp || b.tcp, meant: a.meant || b.meant}
}

// nameResolution provides who may resolve names.
var nameResolution = &lint.Rule{
	Name:   "name-resolution",
	Result: reflect.TypeFor[*dnsReader](),
	Run:    func(pass *lint.Pass) (any, error) { return newDNSReader(pass), nil },
}

// dnsReaderOf returns the reader for a rule that requires it.
func dnsReaderOf(pass *lint.Pass) *dnsReader { return pass.ResultOf[nameResolution].(*dnsReader) }

// dnsReader finds out who may resolve names.
type dnsReader struct {
	options *lint.Options
	graph   *graph.Graph
	access  map[*graph.Policy]dnsAccess
	server  reach.Endpoint // the cluster's DNS servers
	// symbolic and all are what the policies for every pod of a namespace add,
	// in the symbolic namespaces and in all. A symbolic namespace may be any.
	symbolic, all dnsAccess

	mu      sync.Mutex
	serving map[*graph.Match]bool
}

func newDNSReader(pass *lint.Pass) *dnsReader {
	r := &dnsReader{
		options: pass.Options, graph: pass.Graph, server: dnsServer(pass),
		access: make(map[*graph.Policy]dnsAccess, len(pass.Graph.Policies)), serving: map[*graph.Match]bool{},
	}
	for _, p := range pass.Graph.Policies {
		access := r.read(p)
		r.access[p] = access
		if p.Subject.Everything() {
			r.all = r.all.or(access)
			if p.Namespace.Symbolic() {
				r.symbolic = r.symbolic.or(access)
			}
		}
	}
	return r
}

// shared is what pods of a namespace have from policies that select every pod
// of a namespace which may be the same.
func (r *dnsReader) shared(n *graph.Namespace) dnsAccess {
	if n.Symbolic() {
		return r.all
	}
	return r.symbolic
}

// read returns what a policy admits. One that the API server refuses may mean
// anything.
func (r *dnsReader) read(p *graph.Policy) dnsAccess {
	var access dnsAccess
	if !p.Side(graph.Egress).Isolates {
		return access
	}
	for _, fact := range p.Object.Facts {
		if fact.Kind != manifest.DuplicateKey && len(fact.Path) > 0 && fact.Path[0].Key == "spec" {
			return dnsAccess{udp: true, tcp: true, meant: true}
		}
	}
	for _, rule := range p.Side(graph.Egress).Rules {
		access = access.or(r.rule(p, rule))
	}
	return access
}

func (r *dnsReader) rule(p *graph.Policy, rule *graph.PolicyRule) dnsAccess {
	wide := rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return r.mayResolve(p, peer) })
	access := dnsAccess{udp: rule.AllPorts && wide, tcp: rule.AllPorts && wide}
	for _, port := range rule.Ports {
		meant := meansDNS(r.options, port)
		if port.Invalid {
			return dnsAccess{udp: true, tcp: true, meant: true}
		}
		if meant || wide && slices.ContainsFunc(r.options.DNSPorts, func(n int) bool { return port.Matches(port.Protocol, n) }) {
			access = access.or(dnsAccess{udp: port.Protocol == graph.UDP, tcp: port.Protocol == graph.TCP, meant: meant})
		}
	}
	return access
}

// meansDNS reports whether an entry of ports is for DNS and nothing else.
func meansDNS(options *lint.Options, port graph.PolicyPort) bool {
	if port.Name != "" {
		return strings.HasPrefix(port.Name, "dns") || port.Name == "domain"
	}
	return port.From == port.To && slices.Contains(options.DNSPorts, port.From)
}

// mayResolve reports whether a peer may match a DNS server: if a rule does not
// name the port, only the peer tells. Addresses may be anybody's.
func (r *dnsReader) mayResolve(p *graph.Policy, peer *graph.Peer) bool {
	if peer.Invalid || peer.Block != nil {
		return true
	}
	pods := peer.PodSelector()
	switch {
	case r.serves(p, peer):
		return true
	case mentionsDNS(pods):
		return true
	case !pods.Matches(map[string]string{"k8s-app": "kube-dns"}):
		return false
	case peer.Namespaces == nil:
		return r.dnsHome(p.Namespace.Name)
	}
	// The name of a namespace is often copied into a label of its own.
	for _, key := range []string{graph.NameLabel, "name", "namespace", "ns"} {
		if names, listed := peer.Namespaces.Values(key); listed {
			return slices.ContainsFunc(names, r.dnsHome)
		}
	}
	return true
}

// serves reports whether a peer matches a DNS server of the input.
func (r *dnsReader) serves(p *graph.Policy, peer *graph.Peer) bool {
	m := r.graph.Match(p, peer)
	r.mu.Lock()
	serves, known := r.serving[m]
	r.mu.Unlock()
	if !known {
		serves = slices.ContainsFunc(m.Workloads, func(w *graph.Workload) bool { return servesDNS(r.options, w) })
		r.mu.Lock()
		r.serving[m] = serves
		r.mu.Unlock()
	}
	return serves
}

// dnsHome reports whether the cluster's DNS servers may run in a namespace.
func (r *dnsReader) dnsHome(namespace string) bool {
	return r.options.System(namespace) || strings.Contains(namespace, "dns")
}

func mentionsDNS(s graph.Selector) bool {
	for _, key := range s.Keys() {
		values, listed := s.Values(key)
		if listed && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "dns") }) {
			return true
		}
	}
	return false
}

func servesDNS(options *lint.Options, w *graph.Workload) bool {
	return resolver(w.Labels) || slices.ContainsFunc(w.Ports, func(p graph.Port) bool {
		return slices.Contains(options.DNSPorts, p.Number) || strings.HasPrefix(p.Name, "dns")
	})
}

// resolver reports whether labels are those of the usual DNS servers.
func resolver(labels map[string]string) bool {
	return slices.ContainsFunc(resolverKeys, func(key string) bool { return ofResolver(labels[key]) })
}

// selectsResolver reports whether a selector asks for such labels.
func selectsResolver(s graph.Selector) bool {
	return slices.ContainsFunc(resolverKeys, func(key string) bool {
		value, _ := s.Pinned(key)
		return ofResolver(value)
	})
}

var resolverKeys = []string{"k8s-app", "app", "app.kubernetes.io/name"}

func ofResolver(value string) bool {
	return value == "kube-dns" || value == "coredns" || value == "node-local-dns"
}
