package reach

import (
	"encoding/binary"
	"hash/maphash"
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// effect is what all policies together say about one direction of the pods of a
// class, in the order in which they decide. Classes to which the same policies
// apply share it.
type effect struct {
	admin []priority
	// isolating are the NetworkPolicies that isolate the pods for certain.
	isolating []*side
	// uncertain are those that may isolate them, in groups that apply together
	// or not at all.
	uncertain [][]*side
	baseline  []priority
	// open says that a policy that is not modelled may change everything.
	open bool
	// partial says that further NetworkPolicies may exist.
	partial bool

	rules []*rule // of all of the above, in their order
	bound bool    // no rule names a port
	// shared says that it is that of all pods to which the same policies apply,
	// rather than made for one question.
	shared bool
}

// priority is the policies of a tier that have one priority: either may decide
// before the other.
type priority []*side

// side is one direction of a policy, and whether it applies.
type side struct {
	policy *graph.Policy
	rules  []*rule
	// applies is Maybe where it is unknown whether the subject matches.
	applies graph.Truth
	id      uint32 // among the sides of a builder
}

// isolated reports whether some NetworkPolicy isolates the pods for certain.
func (e *effect) isolated() bool { return len(e.isolating) > 0 }

func (e *effect) collect() {
	add := func(sides []*side) {
		for _, s := range sides {
			e.rules = append(e.rules, s.rules...)
		}
	}
	for _, p := range e.admin {
		add(p)
	}
	add(e.isolating)
	for _, group := range e.uncertain {
		add(group)
	}
	for _, p := range e.baseline {
		add(p)
	}
	e.bound = !slices.ContainsFunc(e.rules, func(r *rule) bool { return !r.ports.Bound() })
}

// builder finds the effects of all classes.
type builder struct {
	graph   *graph.Graph
	profile profile
	partial bool
	compile *compiler

	sides   map[sideKey]*side
	effects map[string]*effect
	unsure  map[*graph.Namespace][]*graph.Policy
	certain map[uint64]*certainSides
	next    effect // that is looked for
	key     []byte // of it
}

type sideKey struct {
	policy  *graph.Policy
	d       graph.Direction
	applies graph.Truth
}

// side returns one direction of a policy as it applies, always the same value.
func (b *builder) side(p *graph.Policy, d graph.Direction, applies graph.Truth) *side {
	key := sideKey{p, d, applies}
	s := b.sides[key]
	if s == nil {
		s = &side{policy: p, rules: b.compile.compiled[policySide{p, d}], applies: applies, id: uint32(len(b.sides))}
		b.sides[key] = s
	}
	return s
}

// effect returns what applies to a class in a direction.
func (b *builder) effect(c *class, d graph.Direction) *effect {
	e := &b.next
	*e = effect{open: b.open(c), partial: b.partial}
	e.admin = b.tier(c, d, graph.TierAdmin)
	b.networkPolicies(e, c, d)
	e.baseline = b.tier(c, d, graph.TierBaseline)
	b.writeKey(e)
	if known := b.effects[string(b.key)]; known != nil {
		return known
	}
	found := *e
	found.shared = true
	found.collect()
	b.effects[string(b.key)] = &found
	return &found
}

// writeKey writes the sides of an effect, so that equal ones are found.
func (b *builder) writeKey(e *effect) {
	key := b.key[:0]
	add := func(mark byte, sides []*side) {
		key = binary.LittleEndian.AppendUint32(append(key, mark), uint32(len(sides)))
		for _, s := range sides {
			key = binary.LittleEndian.AppendUint32(key, s.id)
		}
	}
	for _, p := range e.admin {
		add('a', p)
	}
	add('i', e.isolating)
	for _, group := range e.uncertain {
		add('u', group)
	}
	for _, p := range e.baseline {
		add('b', p)
	}
	if e.open {
		key = append(key, 'o')
	}
	b.key = key
}

// open reports whether a policy that is not modelled may apply to a class.
func (b *builder) open(c *class) bool {
	return len(b.graph.ClusterWide) > 0 || len(c.namespace.Unmodelled) > 0
}

// networkPolicies fills in those that select a class. Whether policies select
// pods on the host network is up to the plugin: they all do or none does.
func (b *builder) networkPolicies(e *effect, c *class, d graph.Direction) {
	hosts := graph.Yes
	if c.host {
		hosts = b.profile.hostPods
	}
	if hosts == graph.No {
		return
	}
	surely := b.certainly(c.workloads[0].Policies).sides[d]
	switch {
	case len(surely) == 0:
	case hosts == graph.Yes:
		e.isolating = surely
	default:
		e.uncertain = append(e.uncertain, surely)
	}
	for _, p := range b.unsurePolicies(c.namespace) {
		if !p.Side(d).Isolates {
			continue
		}
		switch applies := min(c.matches(p.Subject), hosts); applies {
		case graph.Yes:
			e.isolating = append(e.isolating, b.side(p, d, graph.Yes))
		case graph.Maybe:
			e.uncertain = append(e.uncertain, []*side{b.side(p, d, graph.Maybe)})
		}
	}
}

// certainSides are the sides that isolate for certain where some policies select
// a pod. Most pods of a namespace share them.
type certainSides struct {
	policies []*graph.Policy
	sides    [2][]*side    // by direction
	next     *certainSides // of other policies with the same hash
}

var policySeed = maphash.MakeSeed()

// certainly returns the sides that some policies have for certain.
func (b *builder) certainly(policies []*graph.Policy) *certainSides {
	var hash uint64
	for _, p := range policies {
		hash = hash*31 + maphash.Comparable(policySeed, p)
	}
	for c := b.certain[hash]; c != nil; c = c.next {
		if slices.Equal(c.policies, policies) {
			return c
		}
	}
	c := &certainSides{policies: policies, next: b.certain[hash]}
	for _, d := range graph.Directions {
		for _, p := range policies {
			if p.Side(d).Isolates && !unsureSubject(p) {
				c.sides[d] = append(c.sides[d], b.side(p, d, graph.Yes))
			}
		}
		c.sides[d] = slices.Clip(c.sides[d])
	}
	b.certain[hash] = c
	return c
}

// unsureSubject reports whether the graph cannot tell whom a policy selects.
func unsureSubject(p *graph.Policy) bool { return p.Subject.Invalid || mentionsRuntime(p.Subject) }

func (b *builder) unsurePolicies(n *graph.Namespace) []*graph.Policy {
	policies, known := b.unsure[n]
	if !known {
		for _, p := range n.Policies {
			if unsureSubject(p) {
				policies = append(policies, p)
			}
		}
		b.unsure[n] = policies
	}
	return policies
}

// tier returns the policies of the admin or the baseline tier that apply to a
// class, by priority. Pods on the host network are never their subjects.
func (b *builder) tier(c *class, d graph.Direction, tier graph.Tier) []priority {
	if c.host {
		return nil
	}
	var all []priority
	for _, p := range b.graph.Admin {
		if p.Tier != tier || len(p.Side(d).Rules) == 0 {
			continue
		}
		applies := subject(c, p)
		if applies == graph.No {
			continue
		}
		s := b.side(p, d, applies)
		if n := len(all); n > 0 && all[n-1][0].policy.Priority == p.Priority {
			all[n-1] = append(all[n-1], s)
		} else {
			all = append(all, priority{s})
		}
	}
	return slices.Clip(all)
}

// subject answers whether a policy of the admin or baseline tier applies to the
// pods of a class.
func subject(c *class, p *graph.Policy) graph.Truth {
	if p.SubjectNamespaces.Invalid {
		return graph.Maybe
	}
	return min(c.namespace.Matches(*p.SubjectNamespaces), c.matches(p.Subject))
}
