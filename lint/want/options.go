package want

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var testComment = regexp.MustCompile(`(?m)^# test: (.*)$`)

// Options returns the options that a fixture asks for in a line of its own:
// "# test: preset=strict complete cni=cilium@1.15". A value holds no blanks;
// rego takes the JSON of rego.config, and pod-cidr, service-cidr and dns-cidr
// may be repeated.
func Options(file *manifest.File) (*lint.Options, error) {
	o := lint.DefaultOptions()
	comment := testComment.FindSubmatch(file.Data)
	if comment == nil {
		return o, nil
	}
	for _, word := range strings.Fields(string(comment[1])) {
		if err := set(o, word); err != nil {
			return nil, fmt.Errorf("%s: %q in the test comment: %w", file.Name, word, err)
		}
	}
	return o, nil
}

func set(o *lint.Options, word string) (err error) {
	key, value, _ := strings.Cut(word, "=")
	switch key {
	case "preset":
		o.Preset, err = lint.ParsePreset(value)
	case "complete":
		o.Complete = true
	case "cni":
		o.CNI, o.CNIVersion, err = lint.ParseCNI(value)
	case "pod-cidr":
		o.PodCIDRs, err = appendPrefix(o.PodCIDRs, value)
	case "service-cidr":
		o.ServiceCIDRs, err = appendPrefix(o.ServiceCIDRs, value)
	case "dns-cidr":
		var peer lint.DNSPeer
		peer.CIDR, err = netip.ParsePrefix(value)
		o.DNSPeers = append(o.DNSPeers, peer)
	case "rego":
		err = json.Unmarshal([]byte(value), &o.RegoConfig)
	default:
		err = fmt.Errorf("unknown word")
	}
	return err
}

func appendPrefix(all []netip.Prefix, text string) ([]netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	return append(all, prefix), err
}
