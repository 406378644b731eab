package reach

import (
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// Allowed returns the connections that may be opened from one endpoint to
// another: those that egress allows at the source and ingress at the
// destination.
func (e *Engine) Allowed(src, dst Endpoint) Verdict {
	receiver := e.receiverOf(dst)
	return e.side(src, graph.Egress, dst, receiver).both(e.side(dst, graph.Ingress, src, receiver))
}

// Side returns the connections with a peer that one side allows: those from the
// peer for ingress, those to it for egress.
func (e *Engine) Side(subject Endpoint, d graph.Direction, peer Endpoint) Verdict {
	if d == graph.Ingress {
		return e.side(subject, d, peer, e.receiverOf(subject))
	}
	return e.side(subject, d, peer, e.receiverOf(peer))
}

func (e *Engine) receiverOf(p Endpoint) *receiver {
	switch p.kind {
	case workloadEnd:
		return e.universe.classes[e.universe.of[p.workload]].receiver
	case regionEnd, controllerEnd:
		return unknownReceiver
	}
	return nil
}

// side evaluates one side. A peer that is several is asked about one by one.
func (e *Engine) side(subject Endpoint, d graph.Direction, peer Endpoint, receiver *receiver) Verdict {
	effects := e.effectsOf(subject, d)
	if len(effects) == 0 {
		return allowed
	}
	var v Verdict
	for i, effect := range effects {
		one := e.against(effect, peer, receiver)
		if i == 0 {
			v = one
		} else {
			v = v.either(one)
		}
	}
	return v
}

// effectsOf returns what may apply to an endpoint as a subject; nothing where
// no policy can.
func (e *Engine) effectsOf(subject Endpoint, d graph.Direction) []*effect {
	switch subject.kind {
	case workloadEnd:
		return []*effect{e.effects[d][e.universe.of[subject.workload]]}
	case regionEnd:
		return []*effect{e.regionEffect(subject.region, d)}
	}
	return nil
}

func (e *Engine) against(f *effect, peer Endpoint, receiver *receiver) Verdict {
	if peer.kind == regionEnd {
		return f.evaluate(&question{truth: func(r *rule) graph.Truth { return e.regionTruth(r, peer.region) }, receiver: receiver})
	}
	var v Verdict
	first := true
	for _, in := range e.numbers(peer) {
		for n := in.From; n < in.To; n++ {
			one := e.answers.of(answerKey{f, n, receiver}, func() Verdict {
				return f.evaluate(&question{
					truth:    func(r *rule) graph.Truth { return r.peers.of(n) },
					receiver: receiver, exempt: e.exempt.peers.of(n) != graph.No,
				})
			})
			if first {
				v, first = one, false
			} else {
				v = v.either(one)
			}
		}
	}
	return v
}

// numbers returns the numbers that an endpoint has in the universe.
func (e *Engine) numbers(p Endpoint) connset.Intervals {
	u := e.universe
	switch p.kind {
	case workloadEnd:
		n := u.of[p.workload]
		return connset.Span(n, n+1)
	case addressEnd:
		return u.external(p.addresses)
	case nodeEnd:
		return connset.Span(u.node(), u.node()+1)
	}
	return connset.Span(u.controller(), u.controller()+1)
}

// Ports returns the connections that the ports of a rule stand for where an
// endpoint receives them: names differ from receiver to receiver.
func (e *Engine) Ports(r *graph.PolicyRule, receiver Endpoint) Verdict {
	must, may := e.receiverOf(receiver).resolve(symbolicPorts(r))
	return Verdict{Must: must, May: may}
}

// Class returns a number that workloads share which no policy can tell apart.
func (e *Engine) Class(w *graph.Workload) int { return int(e.universe.of[w]) }
