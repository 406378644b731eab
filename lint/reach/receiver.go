package reach

import (
	"encoding/binary"
	"strconv"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// receiver is what named ports mean to a pod that receives connections: what
// they surely are, and what they may be, as plugins may or may not count the
// ports of ordinary init containers.
type receiver struct {
	certain, possible map[connset.Name]connset.Set
	// unknown says that nothing is known of the pod: a name may be any port.
	unknown bool
}

var unknownReceiver = &receiver{unknown: true}

// receivers makes one receiver for all workloads that resolve the names that
// matter alike. A pod on the host network may be to the plugin only its node's
// address, which has no names.
type receivers struct {
	names   map[string]bool
	profile profile
	known   map[string]*receiver
	key     []byte // memory
}

func newReceivers(names map[string]bool, p profile) *receivers {
	return &receivers{names: names, profile: p, known: map[string]*receiver{}}
}

func (rs *receivers) of(w *graph.Workload) *receiver {
	key := rs.key[:0]
	for _, p := range w.Ports {
		if counts := rs.counts(w, p); counts != graph.No {
			key = append(append(append(append(key, p.Name...), 0), p.Protocol...), 0)
			key = append(binary.LittleEndian.AppendUint32(key, uint32(p.Number)), byte(counts))
		}
	}
	rs.key = key
	if known := rs.known[string(key)]; known != nil {
		return known
	}
	r := &receiver{certain: map[connset.Name]connset.Set{}, possible: map[connset.Name]connset.Set{}}
	for _, p := range w.Ports {
		if counts := rs.counts(w, p); counts != graph.No {
			r.add(p, counts)
		}
	}
	rs.known[string(key)] = r
	return r
}

// counts answers whether a name that matters resolves to a port of a workload.
func (rs *receivers) counts(w *graph.Workload, p graph.Port) graph.Truth {
	if p.Name == "" || !rs.names[p.Name] {
		return graph.No
	}
	counts := graph.Yes
	if p.Init {
		counts = rs.profile.initPorts
	}
	if w.HostNetwork {
		counts = min(counts, rs.profile.hostPods)
	}
	return counts
}

// add enters a port under its name, with its protocol and with any: names are
// unique in a container, not in a pod, so that a name may mean several ports.
func (r *receiver) add(p graph.Port, counts graph.Truth) {
	protocol, ok := connset.ParseProtocol(string(p.Protocol))
	if !ok {
		return
	}
	port := connset.Port(protocol, p.Number)
	for _, name := range [...]connset.Name{
		{Protocol: protocol, Name: p.Name}, {AnyProtocol: true, Name: p.Name},
	} {
		if counts == graph.Yes {
			r.certain[name] = r.certain[name].Union(port)
		}
		r.possible[name] = r.possible[name].Union(port)
	}
}

// resolve returns the connections that ports surely, and may, stand for.
func (r *receiver) resolve(s connset.Symbolic) (must, may connset.Set) {
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
