package rules

import (
	"fmt"
	"net/netip"

	"github.com/nplint/nplint/lint"
)

var uselessCIDR = &lint.Rule{
	Name: "useless-cidr",
	Doc: `address block that no peer has an address in

Some addresses are nobody's: 0.0.0.0 and what follows it (only 0.0.0.0/0 is
everybody), the loopback that no policy can close, and the ranges for examples
in documentation, which stay behind where a placeholder was never replaced. As
sources of ingress the multicast and broadcast addresses count too. Such a peer
admits nothing.

Not checked: exceptions, which may name them as a precaution.

https://www.iana.org/assignments/iana-ipv4-special-registry/`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runUselessCIDR,
}

// nobodys are the blocks of addresses that no peer has.
var nobodys = []struct {
	block netip.Prefix
	what  string
	to    bool // may still be what packets are sent to
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "addresses that stand for no host", false},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback addresses, on which no policy acts", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "addresses for examples in documentation", false},
	{netip.MustParsePrefix("198.51.100.0/24"), "addresses for examples in documentation", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "addresses for examples in documentation", false},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast addresses, which are nobody's source", true},
	{netip.MustParsePrefix("255.255.255.255/32"), "the broadcast address, which is nobody's source", true},
	{netip.MustParsePrefix("::1/128"), "the loopback address, on which no policy acts", false},
	{netip.MustParsePrefix("::/16"), "addresses that stand for no host", false},
	{netip.MustParsePrefix("2001:db8::/32"), "addresses for examples in documentation", false},
	{netip.MustParsePrefix("ff00::/8"), "multicast addresses, which are nobody's source", true},
}

func runUselessCIDR(pass *lint.Pass) (any, error) {
	for peer := range inPlace(partsOf(pass).peers) {
		written := peer.value.Get("ipBlock").Get("cidr")
		if !written.Exists() {
			continue
		}
		prefix, err := netip.ParsePrefix(written.Text())
		if err != nil || prefix != prefix.Masked() || prefix.Addr().Is4In6() {
			continue // invalid-cidr reports it
		}
		egress := peer.parent.step.Key == "to"
		for _, n := range nobodys {
			if n.block.Bits() > prefix.Bits() || !n.block.Contains(prefix.Addr()) || n.to && egress {
				continue
			}
			block := peer.get("ipBlock")
			cidr := block.get("cidr")
			path := cidr.path()
			pass.Report(lint.Diagnostic{
				Object: cidr.object, Path: path, Fixes: everyAddress(cidr, prefix),
				Message: fmt.Sprintf("%s of %s is %s, %s, so the peer admits nothing", path, objectName(cidr.object), prefix, n.what),
			})
			break
		}
	}
	return nil, nil
}

// everyAddress is the fix of a block such as 0.0.0.0/24, with which everybody
// may be meant.
func everyAddress(cidr part, prefix netip.Prefix) []lint.Fix {
	if !prefix.Addr().IsUnspecified() {
		return nil
	}
	all := netip.PrefixFrom(prefix.Addr(), 0).String()
	return cidr.set("write "+all+", which is everybody", all)
}
