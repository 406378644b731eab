package reach

import (
	"cmp"
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// Exposure returns what is certainly allowed between the workloads of the graph
// and pods outside the input: first what any pod may do, then, for the pods that
// some peer of a policy describes, what they may do beyond that. It is sorted by
// workload, ingress first.
func (e *Engine) Exposure() []Connection {
	var all []Connection
	for _, w := range e.graph.Workloads {
		for _, d := range graph.Directions {
			all = append(all, e.exposure(Workload(w), d)...)
		}
	}
	return all
}

func (e *Engine) exposure(w Endpoint, d graph.Direction) []Connection {
	anyone := Region{}
	base := e.Side(w, d, Pods(anyone))
	var all []Connection
	add := func(r Region, v Verdict) {
		c := Connection{Source: Pods(r), Destination: w, Verdict: Verdict{v.Must, v.Must}}
		if d == graph.Egress {
			c.Source, c.Destination = c.Destination, c.Source
		}
		all = append(all, c)
	}
	if !base.Must.Empty() {
		add(anyone, base)
	}
	for _, region := range e.described(w, d) {
		v := e.Side(w, d, Pods(region))
		if v.Must = v.Must.Minus(base.Must); !v.Must.Empty() {
			add(region, v)
		}
	}
	return all
}

// described returns the regions that the peers of the policies on an endpoint
// describe, each once.
func (e *Engine) described(w Endpoint, d graph.Direction) []Region {
	var regions []Region
	seen := map[string]bool{}
	for _, f := range e.effectsOf(w, d) {
		for _, r := range f.rules {
			for _, peer := range r.source.Peers {
				if !peer.OfPods() || peer.Invalid {
					continue
				}
				region := Region{Pods: peer.PodSelector()}
				if peer.Namespaces == nil {
					region.Namespace = r.policy.Namespace
				} else {
					region.Namespaces = *peer.Namespaces
				}
				if text := region.String(); !seen[text] {
					seen[text] = true
					regions = append(regions, region)
				}
			}
		}
	}
	slices.SortFunc(regions, func(a, b Region) int { return cmp.Compare(a.String(), b.String()) })
	return regions
}
