package main

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// explanations says of the witnesses of all findings why they are allowed or
// not. A witness whose ends are not single pods or addresses has none.
func (l *linted) explanations(options *lint.Options) map[*lint.Witness]reach.Explanation {
	known := map[*lint.Witness]reach.Explanation{}
	bundles := map[string]*namedEnds{}
	for _, d := range l.diagnostics {
		if d.Witness == nil {
			continue
		}
		name := d.Bundles[0]
		if bundles[name] == nil {
			bundles[name] = newNamedEnds(l.graphOf(name), options)
		}
		if x, ok := bundles[name].explain(d.Witness); ok {
			known[d.Witness] = x
		}
	}
	return known
}

func (l *linted) graphOf(bundle string) *graph.Graph {
	for i, b := range l.read.Bundles {
		if b.Name == bundle {
			return l.graphs[i]
		}
	}
	return nil
}

// namedEnds finds the ends of witnesses by their names in one bundle.
type namedEnds struct {
	engine *reach.Engine
	ends   map[string]reach.Endpoint
}

func newNamedEnds(g *graph.Graph, options *lint.Options) *namedEnds {
	n := &namedEnds{ends: map[string]reach.Endpoint{}}
	if g == nil {
		return n
	}
	n.engine = reach.New(g, options)
	for _, w := range slices.Backward(g.Workloads) {
		n.ends[reach.Workload(w).String()] = reach.Workload(w)
	}
	for _, other := range []reach.Endpoint{reach.Node, reach.Controller} {
		n.ends[other.String()] = other
	}
	return n
}

func (n *namedEnds) end(name string) (reach.Endpoint, bool) {
	if addr, err := netip.ParseAddr(name); err == nil {
		return reach.Address(addr), true
	}
	p, ok := n.ends[name]
	return p, ok
}

// explain explains a witness, if the engine answers as the witness does.
func (n *namedEnds) explain(w *lint.Witness) (x reach.Explanation, ok bool) {
	src, known := n.end(w.Source)
	dst, found := n.end(w.Destination)
	if n.engine == nil || !known || !found {
		return x, false
	}
	asked := connset.All
	if proto, isPort := connset.ParseProtocol(strings.ToUpper(w.Protocol)); isPort && w.Port > 0 {
		asked = connset.Port(proto, w.Port)
	}
	x = n.engine.Explain(src, dst, asked)
	if w.Allowed {
		return x, x.May == asked
	}
	return x, x.Must != asked
}
