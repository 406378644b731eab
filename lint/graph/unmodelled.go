package graph

import (
	"slices"

	"github.com/nplint/nplint/lint/manifest"
)

// Unmodelled is a policy of a kind that nplint reads but does not evaluate. It
// may isolate, allow or deny anything for the pods in its reach, so that what
// would be certain about them without it is only possible.
type Unmodelled struct {
	Object *manifest.Object
	// Namespace is nil for a policy that is not bound to one.
	Namespace *Namespace
}

var unmodelledKinds = map[string]bool{
	"CiliumNetworkPolicy": true, "CiliumClusterwideNetworkPolicy": true,
	"NetworkPolicy":       true, // of Calico's group
	"GlobalNetworkPolicy": true,
}

// MayBeIsolated reports whether a policy other than a NetworkPolicy may deny or
// allow connections of pods of a namespace, in some directions or, where none
// is named, in either.
func (g *Graph) MayBeIsolated(n *Namespace, directions ...Direction) bool {
	if len(directions) == 0 {
		directions = Directions[:]
	}
	return len(n.Unmodelled) > 0 || len(g.ClusterWide) > 0 ||
		slices.ContainsFunc(g.Admin, func(p *Policy) bool {
			return (p.SubjectNamespaces.Invalid || n.Matches(*p.SubjectNamespaces) != No) &&
				slices.ContainsFunc(directions, func(d Direction) bool { return slices.ContainsFunc(p.Side(d).Rules, (*PolicyRule).decides) })
		})
}

// decides reports whether an admin or baseline rule may allow or deny anything.
// One that passes leaves it to others, unless it has to fail closed.
func (r *PolicyRule) decides() bool {
	return r.Action != Pass || r.Invalid || slices.ContainsFunc(r.Peers, func(p *Peer) bool { return p.Invalid })
}
