package rules

import (
	"fmt"
	"net"
	"net/netip"

	netutils "k8s.io/utils/net"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidCIDR = &lint.Rule{
	Name: "invalid-cidr",
	Doc: `address block that the API server refuses

An ipBlock holds one block of addresses in CIDR notation: an address needs its
prefix length, /32 or /128 for a single one; names, ranges and wildcards do not
exist. Every "except" lies within the cidr and is smaller than it, of the same
family of addresses.

Since Kubernetes 1.36 the server also refuses blocks that software reads in
different ways: with address bits set beyond the prefix length, leading zeros,
or an IPv4 address in the form of IPv6. Older servers accept them, and network
plugins mostly drop the bits.

An IPv6 block that is not in its shortest form is only information: the server
warns about it.

Not checked: blocks that a template's variable is left in, and whether anybody
has such an address.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"schema", "peers"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runInvalidCIDR,
}

func runInvalidCIDR(pass *lint.Pass) (any, error) {
	for peer := range inPlace(partsOf(pass).peers) {
		if peer.value.Get("ipBlock").Kind() == manifest.Map {
			checkBlock(pass, peer.get("ipBlock"))
		}
	}
	return nil, nil
}

func checkBlock(pass *lint.Pass, block part) {
	cidr := block.get("cidr")
	text, ok := cidr.text()
	if ok && text == "" {
		if !block.misspelt() {
			cidr.refused(pass, nil, "is missing")
		}
		return
	}
	whole := checkCIDR(pass, cidr, nil)
	if ok && whole == nil {
		return // no exception can be judged by it
	}
	excepts := block.get("except")
	for i := range excepts.value.Items() {
		checkCIDR(pass, excepts.item(i), whole)
	}
}

// checkCIDR reports one finding at most about a block, which has to lie within
// another one if that is not nil. It returns the block, nil for what is none.
func checkCIDR(pass *lint.Pass, p part, within *net.IPNet) *net.IPNet {
	text, ok := p.text()
	if !ok {
		return nil
	}
	address, block, err := netutils.ParseCIDRSloppy(text)
	if err != nil {
		p.refused(pass, wholeAddress(p), "is %q, which is not a block of addresses%s", text, blockHint(text))
		return nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case within != nil && !strictlyWithin(block, within):
		p.refused(pass, dropExcept(p), "is %s, which is not a part of %s", text, within)
	case err != nil:
		p.refused(pass, p.set("write "+block.String(), block.String()), "is %s, which has leading zeros that some software takes for octal numbers", text)
	case prefix.Addr().Is4In6():
		p.refused(pass, p.set("write "+block.String(), block.String()), "is %s, an IPv4 block in the form of IPv6", text)
	case prefix.Addr() != prefix.Masked().Addr():
		single := netip.PrefixFrom(prefix.Addr(), prefix.Addr().BitLen()).String()
		fixes := append(p.set("write "+block.String(), block.String()), p.set("write "+single, single)...)
		p.refused(pass, fixes, "is %s, which stands for the block %s or the address %s: servers before Kubernetes 1.36 drop the bits beyond the prefix length, later ones do not accept them",
			text, block, address)
	case prefix.Addr().Is6() && prefix.String() != text:
		path := p.path()
		pass.Report(lint.Diagnostic{
			Object: p.object, Path: path, Severity: lint.Info, Fixes: p.set("write "+prefix.String(), prefix.String()),
			Message: fmt.Sprintf("%s of %s is %s, for which the API server warns that the short form of IPv6 is %s", path, objectName(p.object), text, prefix),
		})
	}
	return block
}

// strictlyWithin is what the server asks of an except.
func strictlyWithin(block, whole *net.IPNet) bool {
	size, _ := block.Mask.Size()
	wholeSize, _ := whole.Mask.Size()
	return whole.Contains(block.IP) && size > wholeSize
}

// wholeAddress writes a single address as the block that holds only it.
func wholeAddress(p part) []lint.Fix {
	address, err := netip.ParseAddr(p.value.Text())
	if err != nil || address.Zone() != "" || address.Is4In6() {
		return nil
	}
	block := netip.PrefixFrom(address, address.BitLen()).String()
	return p.set("write "+block, block)
}

// blockHint says what is missing from a text that is not a block.
func blockHint(text string) string {
	if _, err := netip.ParseAddr(text); err == nil {
		return ": a single address needs its prefix length"
	}
	return ""
}

// dropExcept removes an except, and the list with the last one.
func dropExcept(p part) []lint.Fix {
	path := p.path()
	if list := path[:len(path)-1]; len(p.object.Value.At(list).Items()) == 1 {
		path = list
	}
	return []lint.Fix{{Message: "remove the exception", Ops: []lint.Op{{Object: p.object, Path: path, Kind: lint.Remove}}}}
}
