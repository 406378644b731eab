package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// foreignPods are pods that nearly every cluster runs in a namespace of their
// own: a label that they carry, and parts of the names of the namespaces in
// which they are at home.
var foreignPods = []struct {
	key, value string
	homes      []string
}{
	{"k8s-app", "kube-dns", []string{"kube-system"}},
	{"k8s-app", "coredns", []string{"kube-system"}},
	{"dns.operator.openshift.io/daemonset-dns", "default", []string{"openshift-dns"}},
	{"k8s-app", "metrics-server", []string{"kube-system"}},
	{"app.kubernetes.io/name", "ingress-nginx", []string{"ingress"}},
	{"app", "ingress-nginx", []string{"ingress"}},
	{"app.kubernetes.io/name", "traefik", []string{"traefik", "kube-system", "ingress"}},
	{"istio", "ingressgateway", []string{"istio"}},
	{"app.kubernetes.io/name", "prometheus", []string{"monitoring", "prometheus", "observability", "metrics"}},
	{"app", "prometheus", []string{"monitoring", "prometheus", "observability", "metrics"}},
	{"app.kubernetes.io/name", "cert-manager", []string{"cert-manager"}},
	{"app.kubernetes.io/name", "external-dns", []string{"external-dns", "dns", "kube-system"}},
}

// foreign reports whether a selector means pods that are at home in other
// namespaces than n. Nothing is known of a symbolic namespace.
func foreign(s graph.Selector, n *graph.Namespace) bool {
	if n.Symbolic() {
		return false
	}
	labels := s.Labels()
	for _, pods := range foreignPods {
		if labels[pods.key] == pods.value {
			return !slices.ContainsFunc(pods.homes, func(home string) bool { return strings.Contains(n.Name, home) })
		}
	}
	return false
}
