package reach

import (
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// regionTruth answers whether the peers of a rule match the pods of a region:
// Yes if one peer matches all of them, No if none can match any. Selectors are
// boxes over label keys, so that both are exact for every single peer.
func (e *Engine) regionTruth(r *rule, region Region) graph.Truth {
	if r.source.AllPeers || r.peers.yes.Equal(connset.Span(0, e.universe.size())) {
		return graph.Yes
	}
	answer := graph.No
	for _, peer := range r.source.Peers {
		answer = max(answer, e.peerTruth(r.policy, peer, region))
	}
	return answer
}

func (e *Engine) peerTruth(p *graph.Policy, peer *graph.Peer, region Region) graph.Truth {
	switch {
	case peer.Block != nil || len(peer.Networks) > 0:
		matchPods := graph.Yes
		if peer.Block != nil {
			matchPods = e.profile.blocksMatchPods
		}
		return e.compile.holdPods(addressesOf(peer), matchPods)
	case peer.Invalid || !peer.OfPods():
		return graph.No
	}
	namespaces := regionNamespaces(p, peer, region)
	pods := peer.PodSelector()
	switch {
	case namespaces == graph.No || !region.Pods.Overlaps(pods):
		return graph.No
	case pods.Invalid || !region.Pods.Implies(pods):
		return graph.Maybe
	}
	return namespaces
}

// regionNamespaces answers whether a peer matches the namespaces of a region.
func regionNamespaces(p *graph.Policy, peer *graph.Peer, region Region) graph.Truth {
	switch {
	case peer.Namespaces == nil && region.Namespace != nil:
		return truth(region.Namespace == p.Namespace)
	case peer.Namespaces == nil: // some namespace that matches a selector
		return min(p.Namespace.Matches(region.Namespaces), graph.Maybe)
	case peer.Namespaces.Invalid:
		return graph.Maybe
	case region.Namespace != nil:
		return region.Namespace.Matches(*peer.Namespaces)
	case region.Namespaces.Implies(*peer.Namespaces):
		return graph.Yes
	case region.Namespaces.Overlaps(*peer.Namespaces):
		return graph.Maybe
	}
	return graph.No
}

// regionEffect returns what applies to the pods of a region as subjects: what
// may be a policy for some of them and what is one for all.
func (e *Engine) regionEffect(region Region, d graph.Direction) *effect {
	f := &effect{open: len(e.graph.ClusterWide) > 0, partial: e.partial}
	for _, n := range e.graph.Namespaces {
		inside := regionHolds(region, n)
		if inside == graph.No {
			continue
		}
		f.open = f.open || len(n.Unmodelled) > 0
		for _, p := range n.Policies {
			applies := min(inside, regionSubject(region, p))
			if applies == graph.No || !p.Side(d).Isolates {
				continue
			}
			s := &side{policy: p, rules: e.compile.compiled[policySide{p, d}], applies: applies}
			if applies == graph.Yes {
				f.isolating = append(f.isolating, s)
			} else {
				f.uncertain = append(f.uncertain, []*side{s})
			}
		}
	}
	for _, p := range e.graph.Admin {
		applies := regionSubject(region, p)
		switch {
		case p.SubjectNamespaces.Invalid:
			applies = min(applies, graph.Maybe)
		case region.Namespace != nil:
			applies = min(applies, region.Namespace.Matches(*p.SubjectNamespaces))
		case !region.Namespaces.Overlaps(*p.SubjectNamespaces):
			applies = graph.No
		case !region.Namespaces.Implies(*p.SubjectNamespaces):
			applies = min(applies, graph.Maybe)
		}
		if applies == graph.No || len(p.Side(d).Rules) == 0 {
			continue
		}
		tier := &f.admin
		if p.Tier == graph.TierBaseline {
			tier = &f.baseline
		}
		s := &side{policy: p, rules: e.compile.compiled[policySide{p, d}], applies: applies}
		if n := len(*tier); n > 0 && (*tier)[n-1][0].policy.Priority == p.Priority {
			(*tier)[n-1] = append((*tier)[n-1], s)
		} else {
			*tier = append(*tier, priority{s})
		}
	}
	f.collect()
	return f
}

// regionHolds answers whether a region's pods are in a namespace.
func regionHolds(region Region, n *graph.Namespace) graph.Truth {
	if region.Namespace != nil {
		return truth(region.Namespace == n)
	}
	return min(n.Matches(region.Namespaces), graph.Maybe)
}

// regionSubject answers whether a policy's subject matches the pods of a
// region, wherever they are.
func regionSubject(region Region, p *graph.Policy) graph.Truth {
	switch {
	case !region.Pods.Overlaps(p.Subject):
		return graph.No
	case p.Subject.Invalid || !region.Pods.Implies(p.Subject):
		return graph.Maybe
	}
	return graph.Yes
}
