package reach_test

import (
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
)

// ask returns whether a connection is allowed under every choice, whether it is
// under some, and whether each side alone allows it under some.
func (w *world) ask(q question) (must, may, maySides bool) {
	must = true
	sides, open := outcome(0), q.open()
	for choice := open; choice >= 0; choice-- {
		if choice&^open != 0 {
			continue
		}
		for _, set := range w.nodeLabels(q) {
			var out, in outcome // over the addresses: a side looks at the other end's alone
			for _, dst := range q.dst.addresses() {
				out |= (&side{w, q, choice, true, q.src.pod, q.dst, dst, set}).decide()
			}
			for _, src := range q.src.addresses() {
				in |= (&side{w, q, choice, false, q.dst.pod, q.src, src, set}).decide()
			}
			must = must && (out|in)&deny == 0
			may = may || out&in&allow != 0
			sides |= out&allow | in&allow<<1
		}
	}
	return must, may, sides == 3
}

// open returns the choices that can make a difference to the question.
func (q question) open() (open int) {
	for _, e := range []end{q.src, q.dst} {
		if e.node != nil || e.pod != nil && e.pod.host {
			open |= blockNodes | hostPods | toOwnNode | sameNode
		}
		if e.pod != nil {
			open |= blockPods
		}
		if e.addr.IsValid() {
			open |= resolved
		}
		if e.pod != nil && len(e.pod.initPorts) > 0 {
			open |= initPorts
		}
	}
	return open
}

// nodeLabels returns the labels that a node may have if nobody says: those that
// the selectors of the destination tell apart. Only egress rules name nodes.
func (w *world) nodeLabels(q question) []labels.Set {
	if q.dst.node == nil && (q.dst.pod == nil || !q.dst.pod.host) {
		return []labels.Set{nil}
	}
	sets := []labels.Set{{}}
	for key, values := range w.nodeKeys {
		for _, set := range slices.Clone(sets) {
			for _, value := range values {
				more := labels.Set{key: value}
				for k, v := range set {
					more[k] = v
				}
				sets = append(sets, more)
			}
		}
	}
	return sets
}

func (e end) addresses() []netip.Addr {
	switch {
	case e.pod != nil:
		return e.pod.addresses
	case e.node != nil:
		return e.node.addresses
	}
	return []netip.Addr{e.addr}
}
