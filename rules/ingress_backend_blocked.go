package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var ingressBackendBlocked = &lint.Rule{
	Name: "ingress-backend-blocked",
	Doc: `policies do not admit the ingress controller to the backend of a route

An Ingress or a route sends requests to a Service, and the pods of an ingress
controller, of a router or of a gateway open the connections, to the port that the
containers listen on. They run in a namespace of their own. If the pods are isolated
and no rule admits that port from other namespaces or from addresses, every request
fails with a timeout: 502 or 504 in the browser.

Ingress, the routes of the Gateway API, Route of OpenShift and IngressRoute of Traefik
are read. Rules for pods of the policy's own namespace count if a controller may be
there: where a workload is named like one, beside a Gateway, and in namespaces that
are configured as those of ingress controllers.

It is only possible, and a warning, where policies may be missing from the input.

Silent: where a slip in a policy is the reason, which is a finding of its own, such as
the port of the Service in place of that of the pods; where policies of another API may apply; where the Service or
its pods are not in the input.

Not checked: whether the peer that is admitted is the controller.

https://kubernetes.io/docs/concepts/services-networking/ingress/`,
	Severity: lint.Error,
	Tags:     []string{"exposure", "ports"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runIngressBackendBlocked,
}

func runIngressBackendBlocked(pass *lint.Pass) (any, error) {
	c, book := newControllers(pass), newPortBook(pass)
	for _, a := range arrivals(pass.Graph, graph.FromController) {
		if !c.refuses(reach.Of(pass), a) || book.explains(a) {
			continue
		}
		whom := "nobody"
		if admitted := admissions(a.Target); len(admitted) > 0 {
			whom = "pods of its own namespace only"
		}
		d := a.refused(pass, reach.Controller, fmt.Sprintf("%s leads to %s, which policies admit from %s, so that requests of the ingress controller are dropped",
			a.leading(), a, whom))
		if home := c.homeNamespace(a.entries[0]); home != "" {
			d.Fixes = a.admitRule("admit the ingress controllers in namespace "+home, []any{
				map[string]any{"namespaceSelector": map[string]any{"matchLabels": map[string]any{graph.NameLabel: home}}},
			})
		}
		pass.Report(d)
	}
	return nil, nil
}

// refuses reports whether no ingress controller can connect: the engine knows
// nothing of one that is not in the input, so that any peer might be it.
func (c *controllers) refuses(e *reach.Engine, a *arrival) bool {
	if a.admits(e, reach.Controller) == graph.No {
		return true
	}
	n := a.Workload.Namespace
	if !isolatedFor(a.Workload, graph.Ingress) || c.pass.Graph.MayBeIsolated(n, graph.Ingress) || slices.ContainsFunc(n.Policies, unknownSubject) {
		return false
	}
	for _, admitted := range admissions(a.Target) {
		if admitted.rule.AllPeers || slices.ContainsFunc(admitted.rule.Peers, func(peer *graph.Peer) bool { return c.mayBe(admitted.policy, peer) }) {
			return false
		}
	}
	return true
}
