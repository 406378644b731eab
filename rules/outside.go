package rules

import (
	"net/netip"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// someServer is an address outside every cluster: that of a public DNS server.
var someServer = netip.MustParseAddr("8.8.8.8")

// mostWitnesses bounds how many pods are asked for a witness of one finding.
const mostWitnesses = 8

// reachable returns a connection of the first of some workloads that certainly may
// reach an address, nil if there is none.
func reachable(e *reach.Engine, pods []*graph.Workload, to netip.Addr, protocol graph.Protocol, port int) *lint.Witness {
	for _, w := range pods[:min(len(pods), mostWitnesses)] {
		if found := surelyAllowed(e, reach.Workload(w), reach.Address(to), protocol, port); found != nil {
			return found
		}
	}
	return nil
}

// openToAll returns a connection from outside the cluster to the first of some
// workloads that certainly takes it, nil if there is none.
func openToAll(e *reach.Engine, pods []*graph.Workload, protocol graph.Protocol, port int) *lint.Witness {
	for _, w := range pods[:min(len(pods), mostWitnesses)] {
		if found := surelyAllowed(e, reach.Address(someServer), reach.Workload(w), protocol, port); found != nil {
			return found
		}
	}
	return nil
}

// unreachable returns the connection of the first of some workloads that certainly cannot
// reach a port of another one, nil if there is none.
func unreachable(e *reach.Engine, from []*graph.Workload, to *graph.Workload, protocol graph.Protocol, port int) *lint.Witness {
	p, known := connset.ParseProtocol(string(protocol))
	c := connset.Conn{Protocol: p, Port: port}
	for _, w := range from[:min(len(from), mostWitnesses)] {
		src, dst := reach.Workload(w), reach.Workload(to)
		if known && w != to && !e.Allowed(src, dst).May.Has(c) {
			return witness(src, dst, c, false)
		}
	}
	return nil
}

func surelyAllowed(e *reach.Engine, src, dst reach.Endpoint, protocol graph.Protocol, port int) *lint.Witness {
	p, known := connset.ParseProtocol(string(protocol))
	if c := (connset.Conn{Protocol: p, Port: port}); known && e.Allowed(src, dst).Must.Has(c) {
		return witness(src, dst, c, true)
	}
	return nil
}
