package reach

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// Explanation is why connections between two endpoints are allowed or not.
type Explanation struct {
	Source, Destination Endpoint
	Asked               connset.Set
	Verdict
	// Egress is the side of the source, Ingress that of the destination.
	Egress, Ingress Reasons
}

// Reasons is why one side decides as it does about the connections asked for.
type Reasons struct {
	Verdict
	// Isolating are the NetworkPolicies that isolate the pods for certain,
	// Uncertain those that may.
	Isolating, Uncertain []*graph.Policy
	// Open says that a policy which is not modelled may change everything.
	Open bool
	// Rules are those that have a say, in the order in which they decide.
	Rules []Reason
	// Misses are, where nothing is surely allowed, the rules that would allow a
	// part of it but for their peers or their ports.
	Misses []Miss
}

// Reason is a rule that matches.
type Reason struct {
	Policy *graph.Policy
	Rule   *graph.PolicyRule
	// Path is the peer that matches, or the rule where it lists none.
	Path manifest.Path
	// Match is Maybe where it is unknown whether the peer matches, or whether
	// the policy applies.
	Match graph.Truth
	Ports connset.Set
}

// Miss is a rule that allows such connections from or to others, or others from
// or to the same peer.
type Miss struct {
	Policy *graph.Policy
	Rule   *graph.PolicyRule
	// Peer says that the peer matches and the ports do not.
	Peer bool
}

// Explain says why the connections asked for are allowed or not. Of several
// addresses the lowest is explained.
func (e *Engine) Explain(src, dst Endpoint, asked connset.Set) Explanation {
	src, dst = single(src), single(dst)
	x := Explanation{Source: src, Destination: dst, Asked: asked, Verdict: e.Allowed(src, dst).within(asked)}
	receiver := e.receiverOf(dst)
	x.Egress = e.reasons(src, graph.Egress, dst, receiver, asked)
	x.Ingress = e.reasons(dst, graph.Ingress, src, receiver, asked)
	return x
}

func single(p Endpoint) Endpoint {
	if p.kind == addressEnd && !p.addresses.Empty() {
		return Address(p.addresses.First())
	}
	return p
}

func (v Verdict) within(asked connset.Set) Verdict {
	return Verdict{v.Must.Intersect(asked), v.May.Intersect(asked)}
}

func (e *Engine) reasons(subject Endpoint, d graph.Direction, peer Endpoint, receiver *receiver, asked connset.Set) Reasons {
	out := Reasons{Verdict: e.side(subject, d, peer, receiver).within(asked)}
	for _, f := range e.effectsOf(subject, d) {
		out.Open = f.open
		out.Isolating = policiesOf(f.isolating)
		for _, group := range f.uncertain {
			out.Uncertain = append(out.Uncertain, policiesOf(group)...)
		}
		x := &explainer{engine: e, peer: peer, left: asked, out: &out}
		x.question = &question{receiver: receiver, truth: func(r *rule) graph.Truth {
			return e.truthOf(r, peer)
		}}
		x.effect(f)
	}
	return out
}

func policiesOf(sides []*side) []*graph.Policy {
	policies := make([]*graph.Policy, len(sides))
	for i, s := range sides {
		policies[i] = s.policy
	}
	return policies
}

// truthOf answers whether the peers of a rule match one endpoint.
func (e *Engine) truthOf(r *rule, peer Endpoint) graph.Truth {
	if peer.kind == regionEnd {
		return e.regionTruth(r, peer.region)
	}
	return r.peers.of(e.numbers(peer)[0].From)
}

// explainer walks an effect as an evaluation does and keeps what it meets.
type explainer struct {
	engine   *Engine
	peer     Endpoint
	question *question
	left     connset.Set // what no rule has surely decided
	passed   connset.Set
	out      *Reasons
}

func (x *explainer) effect(f *effect) {
	for _, p := range f.admin {
		x.ordered(p)
	}
	x.left = x.left.Union(x.passed)
	allowed := x.networkPolicies(f.isolating, f.isolated())
	for _, group := range f.uncertain {
		allowed = allowed.Union(x.networkPolicies(group, false))
	}
	if f.isolated() {
		if missing := x.left.Minus(allowed); !missing.Empty() {
			x.misses(f, missing)
		}
		return
	}
	for _, p := range f.baseline {
		x.ordered(p)
	}
}

func (x *explainer) ordered(p priority) {
	before := x.left
	for _, s := range p {
		left := before
		for _, r := range s.rules {
			match := min(x.question.truth(r), s.applies)
			must, may := x.question.ports(r)
			if match == graph.No || !may.Overlaps(left) {
				continue
			}
			x.add(r, match, may.Intersect(left))
			if r.action == graph.Pass {
				x.passed = x.passed.Union(may.Intersect(left))
			}
			if match == graph.Yes {
				left = left.Minus(must)
			}
		}
		x.left = x.left.Intersect(left)
	}
}

// networkPolicies keeps the rules that allow something of what is left, and
// returns what they surely allow.
func (x *explainer) networkPolicies(sides []*side, certain bool) (allowed connset.Set) {
	for _, s := range sides {
		for _, r := range s.rules {
			match := x.question.truth(r)
			must, may := x.question.ports(r)
			if match == graph.No || !may.Overlaps(x.left) {
				continue
			}
			if !certain {
				match = graph.Maybe
			}
			x.add(r, match, may.Intersect(x.left))
			if match == graph.Yes {
				allowed = allowed.Union(must)
			}
		}
	}
	return allowed
}

func (x *explainer) add(r *rule, match graph.Truth, ports connset.Set) {
	x.out.Rules = append(x.out.Rules, Reason{
		Policy: r.policy, Rule: r.source, Path: x.path(r), Match: match, Ports: ports,
	})
}

// path returns the peer of a rule that matches best, the rule itself where it
// lists none.
func (x *explainer) path(r *rule) manifest.Path {
	if len(r.source.Peers) == 0 {
		return r.source.Path
	}
	best, path := graph.No, r.source.PeersPath
	for _, peer := range r.source.Peers {
		one := &rule{policy: r.policy, source: &graph.PolicyRule{Peers: []*graph.Peer{peer}}, action: r.action}
		one.peers = x.engine.compile.peersOf(one)
		if match := x.engine.truthOf(one, x.peer); match > best {
			best, path = match, peer.Path
		}
	}
	return path
}

// misses keeps the rules that nearly allow what is missing.
func (x *explainer) misses(f *effect, missing connset.Set) {
	var others []Miss
	for _, s := range f.isolating {
		for _, r := range s.rules {
			_, may := x.question.ports(r)
			miss := Miss{Policy: r.policy, Rule: r.source}
			switch {
			case slices.ContainsFunc(x.out.Rules, func(reason Reason) bool { return reason.Rule == r.source }):
			case x.question.truth(r) != graph.No:
				miss.Peer = true
				x.out.Misses = append(x.out.Misses, miss)
			case may.Overlaps(missing):
				others = append(others, miss)
			}
		}
	}
	if len(x.out.Misses) == 0 {
		x.out.Misses = others
	}
}
