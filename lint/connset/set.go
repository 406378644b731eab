package connset

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unique"
)

// Set is a set of connections. Equal sets compare equal with ==, at the cost of
// a pointer, and may be keys of maps. The zero value is the empty set.
type Set struct {
	// handle holds the intervals of Conn numbers, eight bytes each.
	handle unique.Handle[string]
}

// All is every connection, those of protocols without ports included.
var All = setOf(Intervals{{1, ports}, {ports + 1, 2 * ports}, {2*ports + 1, 3*ports + 1}})

// OfProtocol returns every connection of a protocol.
func OfProtocol(p Protocol) Set {
	if p == Other {
		return PortRange(Other, 0, 0)
	}
	return PortRange(p, 1, ports-1)
}

// Port returns one connection.
func Port(p Protocol, port int) Set { return PortRange(p, port, port) }

// PortRange returns the connections to a range of ports, both ends included.
// What lies outside 1 to 65535 is left out.
func PortRange(p Protocol, from, to int) Set {
	if p == Other {
		from, to = 0, 0
	} else {
		from, to = max(from, 1), min(to, ports-1)
	}
	if from > to {
		return Set{}
	}
	in := Interval{Conn{p, from}.number(), Conn{p, to}.number() + 1}
	slot := &recent[(in.From*31+in.To)%uint32(len(recent))]
	if r := slot.Load(); r != nil && r.Interval == in {
		return r.set
	}
	s := setOf(Intervals{in})
	slot.Store(&recentRange{in, s})
	return s
}

// recent holds ranges that were asked for: the same few ports are in all
// policies.
var recent [1024]atomic.Pointer[recentRange]

type recentRange struct {
	Interval
	set Set
}

func setOf(s Intervals) Set {
	if len(s) == 0 {
		return Set{}
	}
	b := make([]byte, 0, 128)
	for _, i := range s {
		b = binary.BigEndian.AppendUint32(b, i.From)
		b = binary.BigEndian.AppendUint32(b, i.To)
	}
	return Set{unique.Make(string(b))}
}

func (s Set) intervals() Intervals {
	if s.Empty() {
		return nil
	}
	return s.appendTo(make(Intervals, 0, len(s.handle.Value())/8))
}

func (s Set) appendTo(out Intervals) Intervals {
	for encoded := s.handle.Value(); len(encoded) > 0; encoded = encoded[8:] {
		out = append(out, Interval{word(encoded), word(encoded[4:])})
	}
	return out
}

func word(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}

// Empty reports whether the set holds no connection.
func (s Set) Empty() bool { return s == Set{} }

// Union returns what is in either set.
func (s Set) Union(t Set) Set {
	switch {
	case s == t, t.Empty(), s == All:
		return s
	case s.Empty(), t == All:
		return t
	}
	return setOf(s.intervals().Union(t.intervals()))
}

// UnionSets returns what is in any of the sets.
func UnionSets(sets ...Set) Set {
	var memory [16]Set
	different := memory[:0]
	for _, s := range sets {
		switch {
		case s == All:
			return All
		case !s.Empty() && !slices.Contains(different[max(0, len(different)-len(memory)):], s):
			different = append(different, s)
		}
	}
	switch len(different) {
	case 0:
		return Set{}
	case 1:
		return different[0]
	}
	n := 0
	for _, s := range different {
		n += len(s.handle.Value()) / 8
	}
	all := make(Intervals, 0, n)
	for _, s := range different {
		all = s.appendTo(all)
	}
	return setOf(union(all))
}

// Intersect returns what is in both sets.
func (s Set) Intersect(t Set) Set {
	switch {
	case s == t, s.Empty(), t == All:
		return s
	case t.Empty(), s == All:
		return t
	}
	return setOf(s.intervals().Intersect(t.intervals()))
}

// Minus returns what is in s and not in t.
func (s Set) Minus(t Set) Set {
	switch {
	case s == t, s.Empty(), t == All:
		return Set{}
	case t.Empty():
		return s
	}
	return setOf(s.intervals().Minus(t.intervals()))
}

// Contains reports whether all of t is in s.
func (s Set) Contains(t Set) bool {
	switch {
	case s == t, s == All, t.Empty():
		return true
	case s.Empty():
		return false
	}
	a, b := s.handle.Value(), t.handle.Value()
	for ; len(b) > 0; b = b[8:] {
		a = behind(a, b)
		if len(a) == 0 || word(a) > word(b) || word(a[4:]) < word(b[4:]) {
			return false
		}
	}
	return true
}

// behind returns, of encoded intervals, those that do not end before the first
// of others begins.
func behind(a, b string) string {
	for len(a) > 0 && word(a[4:]) <= word(b) {
		a = a[8:]
	}
	return a
}

// Overlaps reports whether some connection is in both sets.
func (s Set) Overlaps(t Set) bool {
	if s.Empty() || t.Empty() {
		return false
	}
	a, b := s.handle.Value(), t.handle.Value()
	for ; len(b) > 0; b = b[8:] {
		if a = behind(a, b); len(a) > 0 && word(a) < word(b[4:]) {
			return true
		}
	}
	return false
}

// Has reports whether a connection is in the set.
func (s Set) Has(c Conn) bool { return s.intervals().Has(c.number()) }

// First returns the lowest connection: by protocol, then by port.
func (s Set) First() (c Conn, ok bool) {
	if s.Empty() {
		return Conn{}, false
	}
	return connOf(word(s.handle.Value())), true
}

// PortRanges returns the ports of a protocol as half-open intervals, and
// whether these are all its ports. For Other there are no intervals.
func (s Set) PortRanges(p Protocol) (ranges Intervals, all bool) {
	if p == Other {
		return nil, s.Has(Conn{Protocol: Other})
	}
	base := uint32(p) * ports
	for _, i := range s.intervals().Intersect(Span(base+1, base+ports)) {
		ranges = append(ranges, Interval{i.From - base, i.To - base})
	}
	return ranges, len(ranges) == 1 && ranges[0] == Interval{1, ports}
}

// String writes the set: "TCP 80,443-445; UDP", "all", or "none".
func (s Set) String() string {
	switch s {
	case All:
		return "all"
	case Set{}:
		return "none"
	}
	var parts []string
	for _, p := range [...]Protocol{TCP, UDP, SCTP, Other} {
		switch ranges, all := s.PortRanges(p); {
		case all:
			parts = append(parts, p.String())
		case len(ranges) > 0:
			parts = append(parts, p.String()+" "+FormatPorts(ranges))
		}
	}
	return strings.Join(parts, "; ")
}

// FormatPorts writes ports as people do, with both ends: "80,443-445".
func FormatPorts(ranges Intervals) string {
	var b strings.Builder
	for i, r := range ranges {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(r.From)))
		if r.To-r.From > 1 {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(int(r.To - 1)))
		}
	}
	return b.String()
}
