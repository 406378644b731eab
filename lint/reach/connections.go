package reach

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// Connection is what is allowed between two endpoints.
type Connection struct {
	Source, Destination Endpoint
	Verdict
}

// Connections returns everything that may be allowed between different
// workloads of the graph; between them and addresses outside the cluster, as
// maximal ranges of one family with one verdict; and from ingress controllers
// to the pods and ports that an Ingress or a route leads to. They are sorted by
// source and destination: workloads in the order of the graph, then addresses,
// then controllers.
func (e *Engine) Connections(ctx context.Context) ([]Connection, error) {
	c := newColumns(e)
	var mu sync.Mutex
	var all []Connection
	err := c.each(ctx, func(d uint32, sources []Cell) {
		var found []Connection
		for _, cell := range sources {
			found = e.expand(found, d, cell)
		}
		mu.Lock()
		all = append(all, found...)
		mu.Unlock()
	})
	if err != nil {
		return nil, err
	}
	outside := e.outsideRows()
	for i := range e.universe.classes {
		all = append(all, e.outside(outside, uint32(i))...)
	}
	all = append(all, e.fromControllers()...)
	e.sort(all)
	return all, nil
}

func (e *Engine) sort(all []Connection) {
	order := e.order()
	slices.SortFunc(all, func(a, b Connection) int {
		if c := cmp.Or(order.compare(a.Source, b.Source), order.compare(a.Destination, b.Destination)); c != 0 {
			return c
		}
		return cmp.Compare(a.May.String(), b.May.String())
	})
}

// expand writes the connections of a cell workload by workload.
func (e *Engine) expand(to []Connection, d uint32, cell Cell) []Connection {
	for _, in := range cell.Peers {
		for s := in.From; s < in.To; s++ {
			for _, src := range e.universe.classes[s].workloads {
				for _, dst := range e.universe.classes[d].workloads {
					if src != dst {
						to = append(to, Connection{Workload(src), Workload(dst), cell.Verdict})
					}
				}
			}
		}
	}
	return to
}

// outsideRows returns rows over the atoms of the address space.
func (e *Engine) outsideRows() *rows {
	return newRows(e, connset.Interval{From: e.universe.firstAtom(), To: e.universe.node()})
}

// outside returns the connections of a class with addresses, both ways.
func (e *Engine) outside(rs *rows, class uint32) []Connection {
	u := e.universe
	var all []Connection
	for _, d := range graph.Directions {
		var receiver *receiver
		if d == graph.Ingress {
			receiver = u.classes[class].receiver
		}
		row := rs.of(e.effects[d][class], receiver)
		for i, verdict := range row.verdicts {
			if verdict.May.Empty() {
				continue
			}
			for _, r := range e.addresses(row.peers[i]).Ranges() {
				peer := Addresses(connset.AddressesIn(r))
				for _, w := range u.classes[class].workloads {
					if d == graph.Ingress {
						all = append(all, Connection{peer, Workload(w), verdict})
					} else {
						all = append(all, Connection{Workload(w), peer, verdict})
					}
				}
			}
		}
	}
	return all
}

// fromControllers returns what ingress controllers may open to the pods that
// the input makes them lead to.
func (e *Engine) fromControllers() []Connection {
	var workloads []*graph.Workload
	ports := map[*graph.Workload]connset.Set{}
	for _, entry := range e.graph.Entries {
		if entry.Source != graph.FromController {
			continue
		}
		for _, t := range entry.Targets {
			if _, known := ports[t.Workload]; !known {
				workloads = append(workloads, t.Workload)
			}
			if protocol, ok := connset.ParseProtocol(string(t.Protocol)); ok {
				ports[t.Workload] = ports[t.Workload].Union(connset.Port(protocol, t.Port))
			}
		}
	}
	var all []Connection
	for _, w := range workloads {
		v := e.Side(Workload(w), graph.Ingress, Controller).within(ports[w])
		if !v.May.Empty() {
			all = append(all, Connection{Controller, Workload(w), v})
		}
	}
	return all
}

// addresses returns the addresses of atoms of the universe.
func (e *Engine) addresses(numbers connset.Intervals) connset.Addresses {
	first := e.universe.firstAtom()
	atoms := make(connset.Intervals, len(numbers))
	for i, in := range numbers {
		atoms[i] = connset.Interval{From: in.From - first, To: in.To - first}
	}
	return e.universe.atoms.Addresses(atoms)
}

// order is the place of every workload in the graph.
type order map[*graph.Workload]int

func (e *Engine) order() order {
	o := make(order, len(e.graph.Workloads))
	for i, w := range e.graph.Workloads {
		o[w] = i
	}
	return o
}

func (o order) compare(a, b Endpoint) int {
	if a.kind == workloadEnd && b.kind == workloadEnd {
		return cmp.Compare(o[a.workload], o[b.workload])
	}
	return cmp.Or(cmp.Compare(a.kind, b.kind), a.addresses.First().Compare(b.addresses.First()))
}
