package reach

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// receiver is what named ports mean to a pod that receives connections: the
// ports of its containers, and those of its ordinary init containers, which
// plugins may or may not count.
type receiver struct {
	certain, possible map[connset.Name]connset.Set
	// unknown says that nothing is known of the pod: a name may be any port.
	unknown bool
}

// receivers makes one receiver for all workloads that resolve the names that
// matter alike.
type receivers struct {
	names map[string]bool
	known map[string]*receiver
}

func newReceivers(names map[string]bool) *receivers {
	return &receivers{names: names, known: map[string]*receiver{}}
}

func (rs *receivers) of(w *graph.Workload) *receiver {
	var key strings.Builder
	var ports []graph.Port
	for _, p := range w.Ports {
		if p.Name != "" && rs.names[p.Name] {
			ports = append(ports, p)
			fmt.Fprintf(&key, "%s %s %d %t;", p.Name, p.Protocol, p.Number, p.Init)
		}
	}
	r := rs.known[key.String()]
	if r == nil {
		r = &receiver{certain: map[connset.Name]connset.Set{}, possible: map[connset.Name]connset.Set{}}
		for _, p := range ports {
			r.add(p)
		}
		rs.known[key.String()] = r
	}
	return r
}

// add enters a port under its name, with its protocol and with any: names are
// unique in a container, not in a pod, so that a name may mean several ports.
func (r *receiver) add(p graph.Port) {
	protocol, ok := connset.ParseProtocol(string(p.Protocol))
	if !ok {
		return
	}
	port := connset.Port(protocol, p.Number)
	for _, name := range [...]connset.Name{
		{Protocol: protocol, Name: p.Name}, {AnyProtocol: true, Name: p.Name},
	} {
		if !p.Init {
			r.certain[name] = r.certain[name].Union(port)
		}
		r.possible[name] = r.possible[name].Union(port)
	}
}

// resolve returns the connections that ports surely, and may, stand for.
func (r *receiver) resolve(s connset.Symbolic, initPorts graph.Truth) (must, may connset.Set) {
	switch {
	case s.Bound():
		return s.Set, s.Set
	case r == nil: // an address, to which names mean nothing
		return s.Set, s.Set
	case r.unknown:
		return s.Set, s.Bind(anyPort)
	}
	must = s.Bind(func(n connset.Name) connset.Set { return r.certain[n] })
	may = s.Bind(func(n connset.Name) connset.Set { return r.possible[n] })
	switch initPorts {
	case graph.Yes:
		must = may
	case graph.No:
		may = must
	}
	return must, may
}

func anyPort(n connset.Name) connset.Set {
	if !n.AnyProtocol {
		return connset.OfProtocol(n.Protocol)
	}
	return connset.All.Minus(connset.OfProtocol(connset.Other))
}

// symbolicPorts reads the ports of a rule. What the API server rejects is read
// as its fix would write it, or left out where there is no such reading.
func symbolicPorts(r *graph.PolicyRule) connset.Symbolic {
	if r.AllPorts {
		return connset.Symbolic{Set: connset.All}
	}
	var s connset.Symbolic
	for _, p := range r.Ports {
		s = s.Union(symbolicPort(p))
	}
	return s
}

func symbolicPort(p graph.PolicyPort) connset.Symbolic {
	protocol, known := connset.ParseProtocol(string(p.Protocol))
	name := connset.Name{Protocol: protocol, Name: p.Name}
	if p.Protocol == "" {
		name, known = connset.Name{AnyProtocol: true, Name: p.Name}, p.Name != ""
	}
	number, err := strconv.Atoi(p.Name)
	switch {
	case !known:
		return connset.Symbolic{}
	case err == nil:
		return connset.Symbolic{Set: connset.Port(protocol, number)}
	case p.Name != "":
		return connset.Symbolic{Names: []connset.Name{name}}
	case p.All:
		return connset.Symbolic{Set: connset.OfProtocol(protocol)}
	}
	return connset.Symbolic{Set: connset.PortRange(protocol, p.From, p.To)}
}
