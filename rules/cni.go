package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
)

// cniGap is something that a network plugin does not do although the API says
// so. The table is what the rules about plugins know of them.
type cniGap struct {
	plugin  string
	feature cniFeature
	// until is the first version without the gap, zero if there is none. An
	// unknown version is taken for the newest.
	until lint.Version
	// unless says under which setting the gap does not exist.
	unless string
}

// cniFeature is what a plugin may lack.
type cniFeature uint8

const (
	enforcement  cniFeature = iota + 1
	portRanges              // endPort counts
	sctp                    // rules for SCTP hold
	ipv6                    // blocks of IPv6 addresses hold
	windowsNodes            // pods on Windows are isolated
	ownNode                 // a pod's own node may always connect to it
)

var cniGaps = []cniGap{
	// docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
	{plugin: "aws-vpc-cni", feature: enforcement, until: lint.Version{Major: 1, Minor: 14}},
	{plugin: "aws-vpc-cni", feature: windowsNodes},
	// Azure/AKS#2857; learn.microsoft.com/azure/aks/use-network-policies
	{plugin: "azure-npm", feature: portRanges, until: lint.Version{Major: 1, Minor: 4}},
	{plugin: "azure-npm", feature: ipv6},
	// cilium/cilium#28684, #32807; docs.cilium.io/en/stable/configuration/sctp
	{plugin: "cilium", feature: portRanges, until: lint.Version{Major: 1, Minor: 16}},
	{plugin: "cilium", feature: sctp, unless: "sctp.enabled is set"},
	// github.com/flannel-io/flannel: Documentation/netpol.md
	{plugin: "flannel", feature: enforcement},
	// kubernetes-sigs/kind: versions are those of kind; #3875
	{plugin: "kindnet", feature: enforcement, until: lint.Version{Major: 0, Minor: 24}},
	{plugin: "kindnet", feature: ownNode, unless: "a later release exempts it"},
	// cloudnativelabs/kube-router#1080, #1019, #1017
	{plugin: "kube-router", feature: portRanges, until: lint.Version{Major: 1, Minor: 3}},
	{plugin: "kube-router", feature: sctp, unless: "a later release supports it"},
	{plugin: "kube-router", feature: ownNode, until: lint.Version{Major: 1, Minor: 2}},
	// Weave Net ended before endPort came.
	{plugin: "weave", feature: portRanges},
}

// lacks returns the gap of the chosen plugin, nil if it has none or nobody chose
// one.
func lacks(options *lint.Options, feature cniFeature) *cniGap {
	for i, gap := range cniGaps {
		if gap.plugin == options.CNI && gap.feature == feature && (gap.until == lint.Version{} || options.CNIVersion.Before(gap.until)) {
			return &cniGaps[i]
		}
	}
	return nil
}

// String names the plugin and the versions that have the gap.
func (g *cniGap) String() string {
	if g.until.Known() {
		return fmt.Sprintf("%s before %s", g.plugin, g.until)
	}
	return g.plugin
}

// certainty is possible for a gap that a setting closes.
func (g *cniGap) certainty() lint.Certainty {
	if g.unless != "" {
		return lint.Possible
	}
	return lint.Certain
}

// condition is what to add to a message.
func (g *cniGap) condition() string {
	if g.unless == "" {
		return ""
	}
	return ", unless " + g.unless
}
