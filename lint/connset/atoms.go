package connset

import (
	"net/netip"
	"slices"
	"sort"
)

// Atoms is the address space cut into ranges such that each of some sets is a
// union of whole ranges: nobody who knows only these sets can tell two
// addresses of one atom apart.
type Atoms struct {
	ranges []AddressRange // sorted, without gaps within a family
}

// NewAtoms cuts the address space for some sets. n sets of one range each make
// at most 2n+2 atoms.
func NewAtoms(sets []Addresses) *Atoms {
	cuts := []netip.Addr{ipv4.From, ipv6.From}
	for _, s := range sets {
		for _, r := range s.ranges {
			cuts = append(cuts, r.From)
			if next := r.To.Next(); next.IsValid() {
				cuts = append(cuts, next)
			}
		}
	}
	slices.SortFunc(cuts, netip.Addr.Compare)
	cuts = slices.Compact(cuts)
	a := &Atoms{ranges: make([]AddressRange, len(cuts))}
	for i, from := range cuts {
		to := ipv6.To
		switch {
		case i+1 < len(cuts) && cuts[i+1] == ipv6.From:
			to = ipv4.To
		case i+1 < len(cuts):
			to = cuts[i+1].Prev()
		}
		a.ranges[i] = AddressRange{from, to}
	}
	return a
}

// Len returns the number of atoms.
func (a *Atoms) Len() int { return len(a.ranges) }

// Range returns the addresses of an atom.
func (a *Atoms) Range(i int) AddressRange { return a.ranges[i] }

// Of returns the atoms that make up one of the sets.
func (a *Atoms) Of(s Addresses) Intervals {
	var out Intervals
	for _, r := range s.ranges {
		out = out.push(Interval{a.index(r.From), a.index(r.To) + 1})
	}
	return out
}

// index returns the atom that holds an address.
func (a *Atoms) index(addr netip.Addr) uint32 {
	return uint32(sort.Search(len(a.ranges), func(i int) bool { return !a.ranges[i].To.Less(addr) }))
}

// Addresses returns the addresses of some atoms.
func (a *Atoms) Addresses(atoms Intervals) Addresses {
	ranges := make([]AddressRange, 0, len(atoms)+1)
	for _, i := range atoms {
		r := AddressRange{a.ranges[i.From].From, a.ranges[i.To-1].To}
		if r.From.Is4() && r.To.Is6() {
			ranges = append(ranges, AddressRange{r.From, ipv4.To})
			r.From = ipv6.From
		}
		ranges = append(ranges, r)
	}
	return Addresses{ranges}
}
