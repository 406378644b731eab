package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// clusterPods are pods that nearly every cluster runs, in a namespace of their
// own: a label that they carry, and parts of the names of the namespaces in
// which they are at home.
type clusterPods struct {
	key, value string
	homes      []string
	// fixed says that they are nowhere else; others are a matter of how they
	// were installed.
	fixed bool
}

var (
	ingressHomes    = []string{"edge", "gateway", "ingress", "nginx", "proxy", "traefik"}
	monitoringHomes = []string{"grafana", "metric", "monitor", "o11y", "observ", "prom", "telemetry"}
)

var wellKnownPods = []clusterPods{
	{key: "k8s-app", value: "kube-dns", homes: []string{"kube-system"}, fixed: true},
	{key: "dns.operator.openshift.io/daemonset-dns", value: "default", homes: []string{"openshift-dns"}, fixed: true},
	{key: "k8s-app", value: "metrics-server", homes: []string{"kube-system"}, fixed: true},
	{key: "k8s-app", value: "coredns", homes: []string{"kube-system", "dns"}},
	{key: "app.kubernetes.io/name", value: "ingress-nginx", homes: ingressHomes},
	{key: "app", value: "ingress-nginx", homes: ingressHomes},
	{key: "app.kubernetes.io/name", value: "traefik", homes: ingressHomes},
	{key: "istio", value: "ingressgateway", homes: append([]string{"istio", "mesh"}, ingressHomes...)},
	{key: "app.kubernetes.io/name", value: "prometheus", homes: monitoringHomes},
	{key: "app", value: "prometheus", homes: monitoringHomes},
	{key: "app.kubernetes.io/name", value: "cert-manager", homes: []string{"cert"}},
	{key: "app.kubernetes.io/name", value: "external-dns", homes: []string{"dns", "network"}},
}

// wellKnown returns the pods of nearly every cluster that a selector means, nil
// if it means others.
func wellKnown(s graph.Selector) *clusterPods {
	i := slices.IndexFunc(wellKnownPods, func(c clusterPods) bool {
		value, _ := s.Pinned(c.key)
		return value == c.value
	})
	if i < 0 {
		return nil
	}
	return &wellKnownPods[i]
}

// foreign returns the pods of nearly every cluster that a selector means and
// that are at home in another namespace than n, nil if it means others. Nothing
// is known of a symbolic namespace.
func (f *finder) foreign(s graph.Selector, n *graph.Namespace) *clusterPods {
	pods := wellKnown(s)
	if pods == nil || n.Symbolic() || pods.atHome(n) || !pods.fixed && f.pass.Options.System(n.Name) {
		return nil
	}
	return pods
}

func (c *clusterPods) atHome(n *graph.Namespace) bool {
	return slices.ContainsFunc(c.homes, func(home string) bool {
		return n.Name == home || !c.fixed && strings.Contains(n.Name, home)
	})
}

// atHome reports whether a selector means pods that the cluster itself brings to
// a namespace, so that they are in no manifest.
func atHome(s graph.Selector, n *graph.Namespace) bool {
	pods := wellKnown(s)
	return pods != nil && (n.Symbolic() || pods.atHome(n))
}
