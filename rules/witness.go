package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// witness is one connection between two endpoints.
func witness(src, dst reach.Endpoint, c connset.Conn, allowed bool) *lint.Witness {
	return &lint.Witness{
		Source: src.String(), Destination: dst.String(), Protocol: c.Protocol.String(), Port: c.Port, Allowed: allowed,
	}
}

// connection writes one as messages quote it: shop/web -> 8.8.8.8:443/TCP.
func connection(src, dst reach.Endpoint, c connset.Conn) string {
	return fmt.Sprintf("%s -> %s:%s", src, dst, c)
}

// example returns a connection out of some: one to a port that the receiver
// declares, if there is such a one, else to a port that people know, else the
// first.
func example(some connset.Set, receiver *graph.Workload) connset.Conn {
	var known []connset.Conn
	if receiver != nil {
		for _, p := range receiver.Ports {
			if protocol, ok := connset.ParseProtocol(string(p.Protocol)); ok && !p.Init {
				known = append(known, connset.Conn{Protocol: protocol, Port: p.Number})
			}
		}
	}
	known = append(known, connset.Conn{Protocol: connset.TCP, Port: 443}, connset.Conn{Protocol: connset.TCP, Port: 80})
	if i := slices.IndexFunc(known, some.Has); i >= 0 {
		return known[i]
	}
	c, _ := some.First()
	return c
}

// declaredPorts returns the ports that the containers of a workload declare.
func declaredPorts(w *graph.Workload) connset.Set {
	var all connset.Set
	for _, p := range w.Ports {
		if protocol, ok := connset.ParseProtocol(string(p.Protocol)); ok && !p.Init && p.Number > 0 {
			all = all.Union(connset.Port(protocol, p.Number))
		}
	}
	return all
}

// prove adds to a diagnostic a connection, out of some, that policies surely
// allow, or surely deny. It returns the connection as messages quote it, "" if
// the input does not decide or does not hold the pods.
func prove(pass *lint.Pass, d *lint.Diagnostic, src, dst reach.Endpoint, allowed bool, some connset.Set) string {
	if !src.Concrete() || !dst.Concrete() {
		return ""
	}
	v := reach.Of(pass).Allowed(src, dst)
	proof := some.Minus(v.May)
	if allowed {
		proof = some.Intersect(v.Must)
	}
	if proof.Empty() {
		return ""
	}
	c := example(proof, dst.Workload())
	d.Witness = witness(src, dst, c, allowed)
	return connection(src, dst, c)
}

// internet is an address that everybody knows to be outside the cluster.
var internet = reach.Address(netip.AddrFrom4([4]byte{8, 8, 8, 8}))

// outsider returns somebody who is not in a namespace: a workload of another one,
// else an address outside the cluster.
func outsider(g *graph.Graph, n *graph.Namespace) reach.Endpoint {
	for _, other := range g.Namespaces {
		if other == n {
			continue
		}
		for _, w := range other.Workloads {
			if !outOfReach(w) {
				return reach.Workload(w)
			}
		}
	}
	return internet
}

// subjectOf returns a pod that a policy selects: of the first known workload, else
// any.
func subjectOf(p *graph.Policy) reach.Endpoint {
	for _, w := range p.Workloads {
		if !outOfReach(w) {
			return reach.Workload(w)
		}
	}
	return reach.Pods(reach.Region{Namespace: p.Namespace, Pods: p.Subject})
}

// between puts a policy's pods and a peer in the order of a direction.
func between(own, peer reach.Endpoint, d graph.Direction) (src, dst reach.Endpoint) {
	if d == graph.Ingress {
		return peer, own
	}
	return own, peer
}

// still writes that a connection is allowed in spite of what is written, "" if
// there is none.
func still(connection string) string {
	if connection == "" {
		return ""
	}
	return ": " + connection + " is still allowed"
}

// dnsServer returns the cluster's DNS servers: those of the input, else those that
// every cluster is taken to have.
func dnsServer(pass *lint.Pass) reach.Endpoint {
	for _, w := range pass.Graph.Workloads {
		if resolver(w.Labels) && !outOfReach(w) {
			return reach.Workload(w)
		}
	}
	for _, peer := range pass.Options.DNSPeers {
		if len(peer.Labels) > 0 {
			return reach.Pods(reach.Region{
				Namespaces: graph.SelectorOf(map[string]string{graph.NameLabel: peer.Namespace}), Pods: graph.SelectorOf(peer.Labels),
			})
		}
	}
	return internet
}
