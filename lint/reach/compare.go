package reach

import (
	"cmp"
	"slices"

	"github.com/nplint/nplint/lint/connset"
)

// Difference is what two states of a cluster do not both allow between two
// endpoints. Must is what is certain in only one of them, May what is possible.
type Difference struct {
	Source, Destination Endpoint
	Gained, Lost        Verdict
}

// Compare returns the differences between the connections of two states, as
// [Engine.Connections] lists them. Workloads are the same by kind, name and
// namespace. The result is sorted as before is, and then as after is.
func Compare(before, after []Connection) []Difference {
	old, fresh := index(before), index(after)
	var all []Difference
	seen := map[pairKey]bool{}
	for _, list := range [][]Connection{before, after} {
		for _, c := range list {
			key := keyOf(c)
			if seen[key] {
				continue
			}
			seen[key] = true
			all = append(all, compare(old[key], fresh[key])...)
		}
	}
	return all
}

// endKey names an endpoint in any state: addresses all have one.
type endKey struct {
	kind              endpointKind
	root, space, name string
}

type pairKey struct{ src, dst endKey }

func keyOf(c Connection) pairKey { return pairKey{keyOfEnd(c.Source), keyOfEnd(c.Destination)} }

func keyOfEnd(p Endpoint) endKey {
	k := endKey{kind: p.kind}
	if w := p.workload; w != nil {
		k.root, k.space, k.name = w.Namespace.Root, w.Namespace.Name, w.Kind+"/"+w.Name
	}
	return k
}

func index(list []Connection) map[pairKey][]Connection {
	m := make(map[pairKey][]Connection, len(list))
	for _, c := range list {
		key := keyOf(c)
		m[key] = append(m[key], c)
	}
	return m
}

// compare compares what two states allow between one pair of endpoints. Where
// one of them is addresses, there is a connection for each range.
func compare(before, after []Connection) []Difference {
	sample := slices.Concat(before, after)[0]
	inward := sample.Source.kind == addressEnd
	if !inward && sample.Destination.kind != addressEnd {
		return difference(sample.Source, sample.Destination, verdictOf(before), verdictOf(after))
	}
	ranges := func(list []Connection) []connset.Addresses {
		var all []connset.Addresses
		for _, c := range list {
			all = append(all, outer(c, inward).addresses)
		}
		return all
	}
	var found []Difference
	for _, part := range parts(slices.Concat(ranges(before), ranges(after))) {
		src, dst := sample.Source, Addresses(part)
		if inward {
			src, dst = Addresses(part), sample.Destination
		}
		found = append(found, difference(src, dst, verdictOf(over(before, inward, part)), verdictOf(over(after, inward, part)))...)
	}
	slices.SortFunc(found, func(a, b Difference) int {
		return cmp.Or(a.Source.addresses.First().Compare(b.Source.addresses.First()), a.Destination.addresses.First().Compare(b.Destination.addresses.First()))
	})
	return found
}

func outer(c Connection, inward bool) Endpoint {
	if inward {
		return c.Source
	}
	return c.Destination
}

// parts cuts sets of addresses into parts that each lie within or outside of
// every set.
func parts(sets []connset.Addresses) []connset.Addresses {
	var out []connset.Addresses
	for _, s := range sets {
		var next []connset.Addresses
		rest := s
		for _, p := range out {
			for _, piece := range []connset.Addresses{p.Intersect(s), p.Minus(s)} {
				if !piece.Empty() {
					next = append(next, piece)
				}
			}
			rest = rest.Minus(p)
		}
		if !rest.Empty() {
			next = append(next, rest)
		}
		out = next
	}
	return out
}

// over returns the connections whose range holds some addresses.
func over(list []Connection, inward bool, part connset.Addresses) []Connection {
	var found []Connection
	for _, c := range list {
		if outer(c, inward).addresses.Contains(part) {
			found = append(found, c)
		}
	}
	return found
}

func verdictOf(list []Connection) Verdict {
	var v Verdict
	for _, c := range list {
		v = Verdict{v.Must.Union(c.Must), v.May.Union(c.May)}
	}
	return v
}

func difference(src, dst Endpoint, before, after Verdict) []Difference {
	d := Difference{Source: src, Destination: dst,
		Gained: Verdict{after.Must.Minus(before.Must), after.May.Minus(before.May)},
		Lost:   Verdict{before.Must.Minus(after.Must), before.May.Minus(after.May)},
	}
	if before == after {
		return nil
	}
	return []Difference{d}
}
