package rules

import (
	"fmt"
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
