package connset

import (
	"net/netip"
	"slices"
	"sort"
	"strings"
)

// AddressRange is a range of addresses of one family, both ends included.
type AddressRange struct{ From, To netip.Addr }

// String writes the range: a single address as itself, others with both ends.
func (r AddressRange) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + "-" + r.To.String()
}

// Prefix returns the prefix that holds the addresses of the range, if there is
// one that holds no others.
func (r AddressRange) Prefix() (p netip.Prefix, ok bool) {
	for bits := 0; bits <= r.From.BitLen(); bits++ {
		if p := netip.PrefixFrom(r.From, bits); p.Masked().Addr() == r.From && lastAddr(p) == r.To {
			return p, true
		}
	}
	return netip.Prefix{}, false
}

// Addresses is a set of IPv4 and IPv6 addresses. The zero value is the empty
// set.
type Addresses struct {
	ranges []AddressRange // sorted, IPv4 first; they neither overlap nor touch
}

var (
	ipv4 = AddressRange{netip.AddrFrom4([4]byte{}), netip.AddrFrom4([4]byte{255, 255, 255, 255})}
	ipv6 = AddressRange{netip.IPv6Unspecified(), lastAddr(netip.PrefixFrom(netip.IPv6Unspecified(), 0))}
)

// AllAddresses is every address of both families.
var AllAddresses = Addresses{[]AddressRange{ipv4, ipv6}}

// AddressesOf returns the addresses of some prefixes.
func AddressesOf(prefixes ...netip.Prefix) Addresses {
	ranges := make([]AddressRange, 0, len(prefixes))
	for _, p := range prefixes {
		if p.IsValid() {
			p = p.Masked()
			ranges = append(ranges, AddressRange{p.Addr(), lastAddr(p)})
		}
	}
	return normalize(ranges)
}

// AddressesIn returns the addresses of a range.
func AddressesIn(r AddressRange) Addresses { return Addresses{[]AddressRange{r}} }

// lastAddr returns the highest address of a masked prefix.
func lastAddr(p netip.Prefix) netip.Addr {
	if p.Addr().Is4() {
		bytes := p.Addr().As4()
		setFrom(bytes[:], p.Bits())
		return netip.AddrFrom4(bytes)
	}
	bytes := p.Addr().As16()
	setFrom(bytes[:], p.Bits())
	return netip.AddrFrom16(bytes)
}

// setFrom sets all bits from one on.
func setFrom(bytes []byte, bit int) {
	for ; bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
}

// normalize sorts ranges and joins those that overlap or touch. It takes their
// memory.
func normalize(ranges []AddressRange) Addresses {
	slices.SortFunc(ranges, func(a, b AddressRange) int { return a.From.Compare(b.From) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && out[n-1].From.BitLen() == r.From.BitLen() {
			last := &out[n-1]
			if r.From.Compare(last.To) <= 0 || r.From == last.To.Next() {
				if last.To.Less(r.To) {
					last.To = r.To
				}
				continue
			}
		}
		out = append(out, r)
	}
	return Addresses{out}
}

// Empty reports whether the set holds no address.
func (s Addresses) Empty() bool { return len(s.ranges) == 0 }

// Ranges returns the maximal ranges of the set, IPv4 first.
func (s Addresses) Ranges() []AddressRange { return s.ranges }

// First returns the lowest address of the set, an invalid one if it is empty.
func (s Addresses) First() netip.Addr {
	if s.Empty() {
		return netip.Addr{}
	}
	return s.ranges[0].From
}

// Has reports whether an address is in the set.
func (s Addresses) Has(a netip.Addr) bool {
	i := s.from(a)
	return i < len(s.ranges) && !a.Less(s.ranges[i].From)
}

// Equal reports whether both sets hold the same addresses.
func (s Addresses) Equal(t Addresses) bool { return slices.Equal(s.ranges, t.ranges) }

// Union returns what is in either set.
func (s Addresses) Union(t Addresses) Addresses { return UnionAddresses(s, t) }

// UnionAddresses returns what is in any of the sets.
func UnionAddresses(sets ...Addresses) Addresses {
	if len(sets) == 1 {
		return sets[0]
	}
	var all []AddressRange
	for _, s := range sets {
		all = append(all, s.ranges...)
	}
	return normalize(all)
}

// Intersect returns what is in both sets.
func (s Addresses) Intersect(t Addresses) Addresses {
	var out []AddressRange
	for i, j := 0, 0; i < len(s.ranges) && j < len(t.ranges); {
		a, b := s.ranges[i], t.ranges[j]
		from, to := a.From, a.To
		if from.Less(b.From) {
			from = b.From
		}
		if b.To.Less(to) {
			to = b.To
		}
		if !to.Less(from) {
			out = append(out, AddressRange{from, to})
		}
		if a.To.Less(b.To) {
			i++
		} else {
			j++
		}
	}
	return Addresses{out}
}

// Minus returns what is in s and not in t.
func (s Addresses) Minus(t Addresses) Addresses {
	var out []AddressRange
	j := 0
	for _, r := range s.ranges {
		for j < len(t.ranges) && t.ranges[j].To.Less(r.From) {
			j++
		}
		rest := true
		for k := j; k < len(t.ranges) && !r.To.Less(t.ranges[k].From); k++ {
			hole := t.ranges[k]
			if r.From.Less(hole.From) {
				out = append(out, AddressRange{r.From, hole.From.Prev()})
			}
			if rest = hole.To.Less(r.To); !rest {
				break
			}
			r.From = hole.To.Next()
		}
		if rest {
			out = append(out, r)
		}
	}
	return Addresses{out}
}

// Contains reports whether all of t is in s.
func (s Addresses) Contains(t Addresses) bool {
	for _, r := range t.ranges {
		if i := s.from(r.From); i == len(s.ranges) || r.From.Less(s.ranges[i].From) || s.ranges[i].To.Less(r.To) {
			return false
		}
	}
	return true
}

// Overlaps reports whether some address is in both sets.
func (s Addresses) Overlaps(t Addresses) bool {
	if len(s.ranges) < len(t.ranges) {
		s, t = t, s
	}
	for _, r := range t.ranges {
		if i := s.from(r.From); i < len(s.ranges) && !r.To.Less(s.ranges[i].From) {
			return true
		}
	}
	return false
}

// from returns the index of the first range that does not end before an address.
func (s Addresses) from(a netip.Addr) int {
	return sort.Search(len(s.ranges), func(i int) bool { return !s.ranges[i].To.Less(a) })
}

// String writes the ranges, parted by commas.
func (s Addresses) String() string {
	parts := make([]string, len(s.ranges))
	for i, r := range s.ranges {
		parts[i] = r.String()
	}
	return strings.Join(parts, ",")
}
