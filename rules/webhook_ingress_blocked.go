package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var webhookIngressBlocked = &lint.Rule{
	Name: "webhook-ingress-blocked",
	Doc: `policies do not admit the API server to a webhook

Admission and conversion webhooks and aggregated APIs are called by the API server. It
runs on the host network of a node or outside the cluster, so that no podSelector or
namespaceSelector matches it. If the pods of the webhook are isolated, some rule has to
admit the port, the one that the container listens on, from an ipBlock or from
everybody; otherwise every request that the webhook is for fails, or is let through
unchecked.

Silent: where a rule admits konnectivity agents, through which the API servers of some
providers come; where a slip in a policy is the reason, which is a finding of its own,
such as the port of the Service in place of that of the pods; where policies of another
API may apply; for pods on the host network.

Not checked: whether the addresses that are admitted are those of the API server.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/`,
	Severity: lint.Error,
	Tags:     []string{"exposure", "ports"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runWebhookIngressBlocked,
}

func runWebhookIngressBlocked(pass *lint.Pass) (any, error) {
	book := newPortBook(pass)
	for _, a := range arrivals(pass.Graph, graph.FromAPIServer) {
		if a.admits(reach.Of(pass), reach.Addresses(connset.AllAddresses)) != graph.No || admitsAgents(a) || book.explains(a) {
			continue
		}
		whom := "nobody"
		if len(admissions(a.Target)) > 0 {
			whom = "pods only"
		}
		d := a.refused(pass, internet, fmt.Sprintf("%s calls %s, which policies admit from %s, so that the calls of the API server time out",
			a.leading(), a, whom))
		d.Witness = nil // the address of the API server is unknown
		d.Fixes = a.admitRule("admit the port from everybody, as the address of the API server is unknown", nil)
		pass.Report(d)
	}
	return nil, nil
}

var (
	agentLabels = map[string]string{"k8s-app": "konnectivity-agent"}
	agentHome   = graph.SelectorOf(map[string]string{graph.NameLabel: "kube-system"})
)

// admitsAgents reports whether a rule for a port admits konnectivity agents, or
// may, as far as the labels of their namespace are unknown.
func admitsAgents(a *arrival) bool {
	return slices.ContainsFunc(admissions(a.Target), func(one admission) bool {
		return slices.ContainsFunc(one.rule.Peers, func(peer *graph.Peer) bool {
			return !peer.Invalid && peer.Namespaces != nil && peer.PodSelector().Matches(agentLabels) && agentHome.Overlaps(*peer.Namespaces)
		})
	})
}
