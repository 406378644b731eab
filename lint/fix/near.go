package fix

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/schema"
)

// near returns the objects of a list among which replaced ones can make a
// difference: all that are in no namespace, and those in the namespaces that
// [around] names. g is the graph of the whole bundle.
func near(g *graph.Graph, objects []*manifest.Object, touched []replaced) []*manifest.Object {
	spaces := map[space]bool{}
	for _, t := range touched {
		own := around(g, t)
		if own == nil {
			return objects
		}
		for _, s := range own {
			spaces[s] = true
		}
	}
	if len(spaces) > len(g.Namespaces)/2 {
		return objects
	}
	return slices.DeleteFunc(slices.Clone(objects), func(o *manifest.Object) bool {
		return schema.Namespaced(o.ID.Kind) && !spaces[spaceOf(o)]
	})
}

func spaceOf(o *manifest.Object) space {
	if o.ID.Namespace == "" {
		return space{root: o.Root}
	}
	return space{name: o.ID.Namespace}
}

// around returns the namespaces in which the change of a NetworkPolicy can make
// a difference: its own, and those that the peers of different rules may be in.
// It is nil if that may be any, as where other pods are isolated.
func around(g *graph.Graph, t replaced) []space {
	if t.before == nil || t.before.ID != t.after.ID || !graph.IsNetworkPolicy(t.after.ID) {
		return nil
	}
	before, after := graph.New([]*manifest.Object{t.before}).Policies[0], graph.New([]*manifest.Object{t.after}).Policies[0]
	if before.Subject.Invalid || after.Subject.Invalid || !before.Subject.Equal(after.Subject) {
		return nil
	}
	spaces := []space{spaceOf(t.after)}
	for _, d := range graph.Directions {
		if before.Side(d).Isolates != after.Side(d).Isolates {
			return nil
		}
		for _, r := range slices.Concat(onlyIn(before, after, d), onlyIn(after, before, d)) {
			if r.AllPeers {
				return nil
			}
			for _, peer := range r.Peers {
				if !peer.OfPods() || peer.Invalid {
					return nil
				}
				if peer.Namespaces == nil {
					continue
				}
				certain, possible := g.SelectNamespaces(*peer.Namespaces)
				for _, n := range slices.Concat(certain, possible) {
					spaces = append(spaces, space{n.Name, n.Root})
				}
			}
		}
	}
	return spaces
}

// onlyIn returns the rules of a policy that another one does not have.
func onlyIn(p, other *graph.Policy, d graph.Direction) []*graph.PolicyRule {
	written := func(p *graph.Policy) []manifest.Value { return p.Object.Value.Get("spec").Get(d.String()).Items() }
	var only []*graph.PolicyRule
	for i, r := range p.Side(d).Rules {
		if !slices.ContainsFunc(written(other), written(p)[i].Equal) {
			only = append(only, r)
		}
	}
	return only
}
