package rules

import (
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// controllerWords are in the names of ingress controllers and gateways.
var controllerWords = wordSet("caddy contour envoy gateway haproxy ingress ingressgateway istio kong nginx openresty proxy router traefik")

// controllers knows where pods of ingress controllers may be.
type controllers struct {
	pass     *lint.Pass
	gateways map[string]bool // namespaces, or roots without one, that hold a Gateway
}

func newControllers(pass *lint.Pass) *controllers {
	c := &controllers{pass: pass, gateways: map[string]bool{}}
	for _, o := range pass.Bundle.Objects {
		if o.ID.Kind == "Gateway" {
			c.gateways[residence(o)] = true
		}
	}
	return c
}

func residence(o *manifest.Object) string {
	if o.ID.Namespace == "" {
		return "?" + o.Root
	}
	return o.ID.Namespace
}

// mayBe reports whether a peer of a policy could match the pods of an ingress
// controller, or an address that it has.
func (c *controllers) mayBe(p *graph.Policy, peer *graph.Peer) bool {
	if peer.Invalid || peer.Block != nil {
		return true
	}
	m := c.pass.Graph.Match(p, peer)
	if slices.ContainsFunc(m.Workloads, controller) || len(m.Possible) > 0 {
		return true
	}
	home := peer.Namespaces == nil || len(m.Namespaces) == 1 && m.Namespaces[0] == p.Namespace && names(*peer.Namespaces)
	switch {
	case home && (c.gateways[residence(p.Object)] || slices.Contains(c.pass.Options.IngressControllers, p.Namespace.Name)):
		// A Gateway may have its proxies beside it.
		return true
	case home:
		return len(m.Workloads) == 0 && !peer.PodSelector().Everything()
	case names(*peer.Namespaces):
		return len(m.Workloads) == 0
	}
	return true
}

// names reports whether a namespaceSelector lists namespaces by their names.
func names(s graph.Selector) bool {
	_, listed := s.Values(graph.NameLabel)
	return listed
}

// controller reports whether a workload's name or labels are those of an ingress
// controller.
func controller(w *graph.Workload) bool {
	words := nameWords(w.Name)
	for _, key := range identityLabels {
		words = append(words, nameWords(w.Labels[key])...)
	}
	return slices.ContainsFunc(words, func(word string) bool { return controllerWords[word] })
}

// homeNamespace returns the namespace of the input in which ingress controllers
// are, else the usual one of the controller that an entry asks for, "" if that
// is unknown.
func (c *controllers) homeNamespace(e *graph.Entry) string {
	for _, name := range c.pass.Options.IngressControllers {
		if n := c.pass.Graph.Namespace(name); n != nil && slices.ContainsFunc(n.Workloads, controller) {
			return name
		}
	}
	class := e.Object.Value.Get("spec").Get("ingressClassName").Text()
	if class == "" {
		class = e.Object.Value.At(manifest.Field("metadata", "annotations", "kubernetes.io/ingress.class")).Text()
	}
	return map[string]string{"nginx": "ingress-nginx", "traefik": "traefik", "contour": "projectcontour", "kong": "kong"}[class]
}
