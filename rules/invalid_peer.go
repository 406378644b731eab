package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidPeer = &lint.Rule{
	Name: "invalid-peer",
	Doc: `peer that names nobody, or two things at once

Every entry of "from" and "to" names pods by selectors or addresses by an
ipBlock, never both, and never nothing. The API server refuses "- {}", which
people write for everybody: a rule without "from" or "to" admits everybody. A
selector that is null is as good as not written; all pods are "podSelector: {}".

Not checked: peers with a misspelt field, which is a finding of its own.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Error,
	Tags:     []string{"schema", "peers"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runInvalidPeer,
}

func runInvalidPeer(pass *lint.Pass) (any, error) {
	for peer := range inPlace(partsOf(pass).peers) {
		if peer.structure() {
			field := peer.parent.step.Key
			pods, namespaces, block := peer.get("podSelector"), peer.get("namespaceSelector"), peer.get("ipBlock")
			switch {
			case block.written() && (pods.written() || namespaces.written()):
				peer.refused(pass, []lint.Fix{{Message: "make two peers of it"}}, "has an ipBlock beside a selector, which no address and no pod can be both of")
			case pods.written() || namespaces.written() || block.written() || peer.misspelt():
			case pods.value.Kind() == manifest.Null:
				peer.refused(pass, []lint.Fix{{Message: "write podSelector: {} if all pods are meant"}}, "names nobody, because its podSelector is null")
			case namespaces.value.Kind() == manifest.Null:
				peer.refused(pass, []lint.Fix{{Message: "write namespaceSelector: {} if all namespaces are meant"}}, "names nobody, because its namespaceSelector is null")
			default:
				peer.refused(pass, []lint.Fix{{Message: "remove " + field + " if everybody is meant, in and out of the cluster"}}, "names nobody")
			}
		}
	}
	return nil, nil
}
