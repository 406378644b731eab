package connset_test

import (
	"net/netip"
	"testing"

	. "github.com/nplint/nplint/lint/connset"
)

func TestSet(t *testing.T) {
	web := Port(TCP, 80).Union(PortRange(TCP, 443, 445)).Union(OfProtocol(UDP))
	for _, test := range []struct {
		set  Set
		want string
	}{
		{Set{}, "none"},
		{All, "all"},
		{web, "TCP 80,443-445; UDP"},
		{web.Minus(Port(TCP, 444)), "TCP 80,443,445; UDP"},
		{web.Union(Port(TCP, 81)).Minus(OfProtocol(UDP)), "TCP 80-81,443-445"},
		{All.Minus(web).Intersect(PortRange(TCP, 1, 100)), "TCP 1-79,81-100"},
		{All.Minus(OfProtocol(TCP)), "UDP; SCTP; OTHER"},
		{PortRange(TCP, 0, 70000), "TCP"},
		{PortRange(TCP, 5, 4), "none"},
	} {
		if got := test.set.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
	if a, b := PortRange(TCP, 1, 2), Port(TCP, 2).Union(Port(TCP, 1)); a != b {
		t.Errorf("%s and %s are not equal", a, b)
	}
	if !All.Contains(web) || web.Contains(All) || !web.Contains(Port(TCP, 444)) || web.Contains(PortRange(TCP, 444, 446)) {
		t.Error("Contains")
	}
	if first, ok := web.First(); !ok || first != (Conn{TCP, 80}) {
		t.Errorf("First: %v", first)
	}
	both := OfProtocol(TCP).Union(OfProtocol(UDP)).Union(OfProtocol(SCTP)).Union(OfProtocol(Other))
	if both != All {
		t.Errorf("the protocols together are %s", both)
	}
}

func TestAddresses(t *testing.T) {
	p := netip.MustParsePrefix
	ten := AddressesOf(p("10.0.0.0/8"))
	for _, test := range []struct {
		set  Addresses
		want string
	}{
		{ten, "10.0.0.0-10.255.255.255"},
		{ten.Minus(AddressesOf(p("10.1.0.0/16"))), "10.0.0.0-10.0.255.255,10.2.0.0-10.255.255.255"},
		{AddressesOf(p("10.0.0.0/9"), p("10.128.0.0/9")), "10.0.0.0-10.255.255.255"},
		{AllAddresses.Minus(ten).Minus(AddressesOf(p("::/0"))), "0.0.0.0-9.255.255.255,11.0.0.0-255.255.255.255"},
		{AllAddresses.Minus(AddressesOf(p("0.0.0.0/0"))).Intersect(AddressesOf(p("fd00::1/128"))), "fd00::1"},
		{AddressesOf(p("255.255.255.255/32"), p("::/128")), "255.255.255.255,::"},
		{AllAddresses.Minus(AllAddresses), ""},
	} {
		if got := test.set.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
	if !AllAddresses.Contains(ten) || ten.Contains(AllAddresses) || !ten.Overlaps(AllAddresses) {
		t.Error("Contains")
	}
}

func TestAtoms(t *testing.T) {
	p := netip.MustParsePrefix
	sets := []Addresses{
		AddressesOf(p("10.0.0.0/8")).Minus(AddressesOf(p("10.1.0.0/16"))),
		AddressesOf(p("10.1.2.0/24")), AddressesOf(p("0.0.0.0/0")), AddressesOf(p("fd00::/8")),
	}
	atoms := NewAtoms(sets)
	for _, s := range sets {
		if got := atoms.Addresses(atoms.Of(s)); !got.Equal(s) {
			t.Errorf("%s became %s", s, got)
		}
	}
	if got := atoms.Addresses(Span(0, uint32(atoms.Len()))); !got.Equal(AllAddresses) {
		t.Errorf("the atoms are %s", got)
	}
}
