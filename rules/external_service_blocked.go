package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var externalServiceBlocked = &lint.Rule{
	Name: "external-service-blocked",
	Doc: `policies admit no address from outside to a Service for the outside

A Service of type LoadBalancer or NodePort, or with externalIPs, is for clients outside
the cluster. Their connections arrive under their own address or under that of a node,
never as a pod: podSelector and namespaceSelector do not match them, not even empty
ones. If the pods are isolated, some rule has to admit the port from an ipBlock, or
from everybody.

It is only possible, because some plugins take the node for a source that is always
allowed; and info for a load balancer that an annotation or a class may keep private.

Silent: where an Ingress or a route leads to the same port; where a slip in a
policy is the reason, which is a finding of its own, such as the port of the Service in
place of that of the pods; where policies of another API may apply.

Not checked: whether the addresses that are admitted are those of the clients.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-ipblock-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"exposure", "ports"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runExternalServiceBlocked,
}

func runExternalServiceBlocked(pass *lint.Pass) (any, error) {
	routed := map[graph.Target]bool{}
	for _, a := range arrivals(pass.Graph, graph.FromController) {
		routed[a.Target] = true
	}
	book := newPortBook(pass)
	var reported []*graph.Service
	for _, a := range arrivals(pass.Graph, graph.FromOutside) {
		service := a.entries[0].Service
		if service == nil || routed[a.Target] || slices.Contains(reported, service) ||
			a.admits(reach.Of(pass), reach.Addresses(connset.AllAddresses)) != graph.No || book.explains(a) {
			continue
		}
		reported = append(reported, service)
		whom := "nobody"
		if len(admissions(a.Target)) > 0 {
			whom = "pods only"
		}
		d := a.refused(pass, internet, fmt.Sprintf("%s of type %s leads to %s, which policies admit from %s, so that clients outside the cluster are refused",
			service, service.Type, a, whom))
		d.Certainty = lint.Possible
		if service.Internal {
			d.Severity = lint.Info
		}
		pass.Report(d)
	}
	return nil, nil
}
