package connset

import (
	"net/netip"
	"testing"
)

// model is a set of connections, one bit each.
type model [4 * ports / 64]uint64

func (m *model) has(n uint32) bool { return m[n/64]&(1<<(n%64)) != 0 }

func (m *model) combine(o *model, with func(a, b uint64) uint64) *model {
	var out model
	for i := range m {
		out[i] = with(m[i], o[i])
	}
	return &out
}

// FuzzSet compares the operations on sets with those on bits. Five bytes are a
// protocol with an operation, and a range of ports.
func FuzzSet(f *testing.F) {
	f.Add([]byte{0, 0, 80, 0, 90, 5, 0, 85, 255, 255, 10, 0, 0, 0, 1})
	f.Add([]byte{3, 0, 0, 0, 0, 7, 0, 1, 255, 255, 11, 0, 53, 0, 53})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Set
		m := &model{}
		for ; len(data) >= 5; data = data[5:] {
			protocol := Protocol(data[0] % 4)
			from, to := int(data[1])<<8|int(data[2]), int(data[3])<<8|int(data[4])
			from, to = max(1, min(from, to)), max(1, from, to)
			part, bits := PortRange(protocol, from, to), &model{}
			if protocol == Other {
				from, to = 0, 0
			}
			for n := from; n <= to; n++ {
				c := Conn{protocol, n}
				bits[c.number()/64] |= 1 << (c.number() % 64)
			}
			switch data[0] / 4 % 3 {
			case 0:
				checkPair(t, s, part, m, bits)
				s, m = s.Union(part), m.combine(bits, func(a, b uint64) uint64 { return a | b })
			case 1:
				s, m = s.Intersect(part), m.combine(bits, func(a, b uint64) uint64 { return a & b })
			case 2:
				s, m = s.Minus(part), m.combine(bits, func(a, b uint64) uint64 { return a &^ b })
			}
		}
		checkSet(t, s, m)
		rest := All.Minus(s)
		if !rest.Intersect(s).Empty() || rest.Union(s) != All || All.Minus(rest) != s {
			t.Fatalf("%s and what is left without it are not all", s)
		}
	})
}

func checkPair(t *testing.T, s, part Set, m, bits *model) {
	t.Helper()
	contains, overlaps := true, false
	for i := range m {
		contains = contains && bits[i]&^m[i] == 0
		overlaps = overlaps || bits[i]&m[i] != 0
	}
	if s.Contains(part) != contains || s.Overlaps(part) != overlaps {
		t.Fatalf("%s and %s: contains %v, overlaps %v; bit by bit %v, %v", s, part, s.Contains(part), s.Overlaps(part), contains, overlaps)
	}
}

// checkSet compares a set with its bits, and with the set that the bits build:
// it is one value, however it came about.
func checkSet(t *testing.T, s Set, m *model) {
	t.Helper()
	var built Intervals
	for n := uint32(0); n < 4*ports; n++ {
		if n%64 == 0 && m[n/64] == 0 {
			n += 63
		} else if m.has(n) {
			built = extendTo(built, n)
		}
	}
	if setOf(built) != s {
		t.Fatalf("%s is %v, bit by bit %v", s, s.intervals(), built)
	}
	for _, i := range built {
		for _, n := range []uint32{i.From - 1, i.From, i.To - 1, i.To} {
			if n < 4*ports && s.Has(connOf(n)) != m.has(n) {
				t.Fatalf("%s has %s: %v, its bit %v", s, connOf(n), !m.has(n), m.has(n))
			}
		}
	}
	if first, ok := s.First(); ok != (len(built) > 0) || ok && first != connOf(built[0].From) {
		t.Fatalf("%s: the first is %v, %v", s, first, ok)
	}
}

func extendTo(s Intervals, n uint32) Intervals {
	if k := len(s); k > 0 && s[k-1].To == n {
		s[k-1].To++
		return s
	}
	return append(s, Interval{From: n, To: n + 1})
}

// FuzzAddresses compares sets of addresses, and the atoms that they are cut
// into, with a look at single addresses. Four bytes are an operation, a length
// and the end of an address.
func FuzzAddresses(f *testing.F) {
	f.Add([]byte{0, 24, 0, 0, 1, 25, 0, 128, 2, 32, 0, 7})
	f.Add([]byte{8, 0, 0, 0, 9, 64, 1, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Addresses
		var parts []Addresses
		inside := map[netip.Addr]bool{}
		for _, a := range probes(data) {
			inside[a] = false
		}
		for ; len(data) >= 4 && len(parts) < 20; data = data[4:] {
			p := prefixOf(data)
			part := AddressesOf(p)
			parts = append(parts, part)
			for a, in := range inside {
				inside[a] = [...]bool{in || p.Contains(a), in && p.Contains(a), in && !p.Contains(a)}[data[0]%3]
			}
			s = [...]func(Addresses) Addresses{s.Union, s.Intersect, s.Minus}[data[0]%3](part)
			for a, in := range inside {
				if s.Has(a) != in {
					t.Fatalf("%s holds %s: %v, one by one %v", s, a, s.Has(a), in)
				}
			}
		}
		parts = append(parts, s)
		atoms := NewAtoms(parts)
		for _, part := range parts {
			if again := atoms.Addresses(atoms.Of(part)); !again.Equal(part) {
				t.Fatalf("the atoms of %s are %s", part, again)
			}
		}
		if all := AllAddresses; !atoms.Addresses(Span(0, uint32(atoms.Len()))).Equal(all) || !s.Union(all.Minus(s)).Equal(all) || s.Overlaps(all.Minus(s)) {
			t.Fatalf("the atoms of %s are not all addresses, each once", s)
		}
	})
}

func prefixOf(data []byte) netip.Prefix {
	if data[0]/8%2 == 1 {
		a := netip.AddrFrom16([16]byte{0x20, 0x01, 14: data[2], 15: data[3]})
		return netip.PrefixFrom(a, int(data[1])%129).Masked()
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, data[2], data[3]}), int(data[1])%33).Masked()
}

// probes returns the addresses at both sides of where a prefix begins or ends.
func probes(data []byte) []netip.Addr {
	all := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for ; len(data) >= 4; data = data[4:] {
		p := prefixOf(data)
		for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), p.Addr().Next(), lastAddr(p).Prev(), lastAddr(p), lastAddr(p).Next()} {
			if a.IsValid() {
				all = append(all, a)
			}
		}
	}
	return all
}
