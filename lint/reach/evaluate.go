package reach

import (
	"slices"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/work"
)

// Verdict is which connections are allowed: Must in every completion of the
// input, May in some. Must is within May.
type Verdict struct{ Must, May connset.Set }

var allowed = Verdict{connset.All, connset.All}

// both returns what two sides of a connection allow together.
func (v Verdict) both(w Verdict) Verdict {
	return Verdict{v.Must.Intersect(w.Must), v.May.Intersect(w.May)}
}

// either returns the verdict over peers of which one is meant, but not which.
func (v Verdict) either(w Verdict) Verdict {
	return Verdict{v.Must.Intersect(w.Must), v.May.Union(w.May)}
}

// question is a peer as the rules of an effect see it. Its truth is asked once
// for each rule, in the order of the rules.
type question struct {
	truth    func(*rule) graph.Truth
	receiver *receiver // who receives the connection; nil for an address
	exempt   bool      // the peer may be the pod's own node
}

func (q *question) ports(r *rule) (must, may connset.Set) {
	return q.receiver.resolve(r.ports)
}

// decision is how far an evaluation has come. A connection is in as many of the
// sets as there are outcomes that some completion of the input has.
type decision struct{ undecided, allow, deny connset.Set }

// evaluate decides one side of a connection, tier by tier: the first rule of
// the admin tier that matches; what it leaves or passes on, by NetworkPolicies
// if they isolate the pod; else the baseline tier; else the connection is
// allowed (ClusterNetworkPolicySpec, fields tier and priority).
func (e *effect) evaluate(q *question) Verdict {
	work.Rules.Add(len(e.rules))
	if e.open {
		return Verdict{May: connset.All}
	}
	d := decision{undecided: connset.All}
	passed := d.ordered(e.admin, q)
	d.undecided = d.undecided.Union(passed)
	d.networkPolicies(e, q)
	passed = d.ordered(e.baseline, q)
	d.allow = d.allow.Union(d.undecided).Union(passed)
	v := Verdict{Must: connset.All.Minus(d.deny), May: d.allow}
	if e.partial {
		v.May = connset.All
		if !e.isolated() {
			v.Must = connset.Set{}
		}
	}
	if q.exempt {
		v.May = connset.All
	}
	return v
}

// ordered evaluates the policies of a tier and returns what they pass on.
func (d *decision) ordered(tier []priority, q *question) (passed connset.Set) {
	for _, p := range tier {
		before := d.undecided
		rest := before
		for _, s := range p {
			one := decision{undecided: before}
			passed = passed.Union(one.rules(s, q))
			if s.applies == graph.Maybe {
				one.undecided = before
			}
			d.allow, d.deny = d.allow.Union(one.allow), d.deny.Union(one.deny)
			rest = rest.Intersect(one.undecided)
		}
		d.undecided = rest
	}
	return passed
}

// rules evaluates the rules of one policy in their order and returns what they
// pass on.
func (d *decision) rules(s *side, q *question) (passed connset.Set) {
	for _, r := range s.rules {
		match := q.truth(r)
		if match == graph.No {
			continue
		}
		must, may := q.ports(r)
		hit := may.Intersect(d.undecided)
		switch r.action {
		case graph.Allow:
			d.allow = d.allow.Union(hit)
		case graph.Deny:
			d.deny = d.deny.Union(hit)
		case graph.Pass:
			passed = passed.Union(hit)
		}
		if match == graph.Yes {
			d.undecided = d.undecided.Minus(must)
		}
	}
	return passed
}

// networkPolicies evaluates the NetworkPolicies: whoever is isolated is allowed
// what some policy allows, and nothing else.
func (d *decision) networkPolicies(e *effect, q *question) {
	if e.isolated() {
		must, may := allows(e.isolating, q)
		for _, group := range e.uncertain {
			_, more := allows(group, q)
			may = may.Union(more)
		}
		d.allow = d.allow.Union(may.Intersect(d.undecided))
		d.deny = d.deny.Union(d.undecided.Minus(must))
		d.undecided = connset.Set{}
		return
	}
	for _, group := range e.uncertain {
		must, may := allows(group, q)
		d.allow = d.allow.Union(may.Intersect(d.undecided))
		d.deny = d.deny.Union(d.undecided.Minus(must))
	}
}

// allows returns what the rules of NetworkPolicies surely, and may, allow.
func allows(sides []*side, q *question) (must, may connset.Set) {
	var memory [2][few]connset.Set
	musts, mays := memory[0][:0], memory[1][:0]
	for _, s := range sides {
		for _, r := range s.rules {
			match := q.truth(r)
			if match == graph.No {
				continue
			}
			surely, maybe := q.ports(r)
			mays = appendNew(mays, maybe)
			if match == graph.Yes {
				musts = appendNew(musts, surely)
			}
		}
	}
	return connset.UnionSets(musts...), connset.UnionSets(mays...)
}

// appendNew appends a set that is not among the last few.
func appendNew(list []connset.Set, s connset.Set) []connset.Set {
	if slices.Contains(list[max(0, len(list)-few):], s) {
		return list
	}
	return append(list, s)
}
