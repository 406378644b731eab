package rego

import (
	"strconv"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// ids names everything in a bundle, in the order of the graph. Objects that the
// input holds twice are told apart by a number: shop/Deployment/web#2.
type ids struct {
	namespaces map[*graph.Namespace]string // names, "?" where there is none
	of         map[*manifest.Object]string
	places     map[string]place
	workloads  map[string]*graph.Workload
}

func newIDs(g *graph.Graph) *ids {
	i := &ids{
		namespaces: map[*graph.Namespace]string{}, of: map[*manifest.Object]string{},
		places: map[string]place{}, workloads: map[string]*graph.Workload{},
	}
	symbolic := 0
	for _, n := range g.Namespaces {
		i.namespaces[n] = n.String()
		if n.Symbolic() {
			if symbolic++; symbolic > 1 {
				i.namespaces[n] += strconv.Itoa(symbolic)
			}
		}
		if at := placeOf(n); at.object != nil {
			i.places[i.namespace(n)] = at
		}
	}
	for _, w := range g.Workloads {
		i.workloads[i.add(w.Namespace, w.Kind, w.Name, w.Object)] = w
	}
	for _, s := range g.Services {
		i.add(s.Namespace, "Service", s.Name, s.Object)
	}
	for _, p := range policies(g) {
		i.add(p.Namespace, p.Object.ID.Kind, p.Name, p.Object)
	}
	for _, u := range unmodelled(g) {
		i.add(u.Namespace, u.Object.ID.Kind, u.Object.ID.Name, u.Object)
	}
	return i
}

// namespace returns the id of a namespace.
func (i *ids) namespace(n *graph.Namespace) string { return "Namespace/" + i.namespaces[n] }

// add names an object and returns its id.
func (i *ids) add(n *graph.Namespace, kind, name string, o *manifest.Object) string {
	first := kind + "/" + name
	if n != nil {
		first = i.namespaces[n] + "/" + first
	}
	id := first
	for count := 2; i.places[id].object != nil; count++ {
		id = first + "#" + strconv.Itoa(count)
	}
	i.of[o] = id
	i.places[id] = place{object: o}
	return id
}

// placeOf returns what a finding about a namespace points at: the Namespace
// object, or the first object in it where the input does not declare it.
func placeOf(n *graph.Namespace) place {
	switch {
	case n.Object != nil:
		return place{n.Object, manifest.Field("metadata", "name")}
	case len(n.Policies) > 0:
		return place{n.Policies[0].Object, manifest.Field("metadata")}
	case len(n.Workloads) > 0:
		return place{n.Workloads[0].Object, manifest.Field("metadata")}
	case len(n.Services) > 0:
		return place{n.Services[0].Object, manifest.Field("metadata")}
	case len(n.Unmodelled) > 0:
		return place{n.Unmodelled[0].Object, manifest.Field("metadata")}
	}
	return place{}
}

// policies returns the policies of all tiers.
func policies(g *graph.Graph) []*graph.Policy {
	all := append([]*graph.Policy{}, g.Admin...)
	return append(all, g.Policies...)
}

// unmodelled returns the policies that nplint does not evaluate.
func unmodelled(g *graph.Graph) []*graph.Unmodelled {
	all := append([]*graph.Unmodelled{}, g.ClusterWide...)
	for _, n := range g.Namespaces {
		all = append(all, n.Unmodelled...)
	}
	return all
}
