// Package rules holds the built-in rules that are written in Go, one per file,
// named after the rule.
package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/ignore"
)

//go:generate go test -run TestREADME -update .

// All returns the built-in Go rules, sorted by name.
func All() []*lint.Rule {
	return []*lint.Rule{
		adminInvalidRule,
		adminLegacyAPI,
		adminSubjectSystemNamespaces,
		allowAllShadowsPolicies,
		andOrConfusion,
		buildFailed,
		cniAWSLimits,
		cniDoesNotEnforce,
		cniHostTraffic,
		cniUnsupportedFeature,
		danglingPeer,
		danglingPolicy,
		dnsProtocolIncomplete,
		duplicatePolicy,
		duplicateYAMLKey,
		egressDenyIneffective,
		egressMissingDNS,
		emptySelectorSelectsAll,
		ignore.Expired,
		hostNetworkWorkloadSelected,
		implicitIngressDeny,
		ingressAllowAll,
		invalidCIDR,
		invalidEnumValue,
		invalidMetadata,
		invalidPeer,
		invalidPort,
		invalidSelector,
		invalidYAML,
		kustomizeLabelLeakedIntoPeer,
		missingDefaultDeny,
		missingNamespace,
		nameContradictsEffect,
		namedPortNotFound,
		namespaceSelectorMatchesNothing,
		namespaceSelectorNameLabel,
		namespaceUnprotected,
		nullPeersAllowAll,
		nullPortAllowsAll,
		orphanManifest,
		peerPodSelectorLocalOnly,
		policyInWrongNamespace,
		policyTypesImplicit,
		portEntryImplicit,
		portNotListened,
		rbacCanEditNetworkPolicy,
		removedAPIVersion,
		rulesIgnoredByPolicyTypes,
		selectorMatchesControllerNotPods,
		sensitivePortOpen,
		servicePortNotTargetPort,
		systemNamespaceDeny,
		ignore.Unexplained,
		unknownField,
		ignore.Unknown,
		unresolvedTemplateVariable,
		unsatisfiableSelector,
		ignore.Unused,
		uselessCIDR,
		volatileSelectorLabel,
		workloadDirectionUncovered,
		workloadNotCovered,
		wrongScalarType,
	}
}
