package lint

import (
	"net/netip"
	"slices"
	"time"
)

// Options are the facts that several rules share.
type Options struct {
	Preset Preset
	// Complete says that the input is all that the cluster holds.
	Complete bool
	// SystemNamespaces belong to the cluster rather than to its users.
	SystemNamespaces []string
	// OperatorLabels are label keys, or prefixes that end in "*", of pods that
	// an operator creates, so that no workload of the input carries them.
	OperatorLabels []string
	// CNI is the name of the network plugin whose documented behaviour holds
	// where the API leaves it open, "" where nobody says.
	CNI string
	// CNIVersion is its version, zero where nobody says: then the newest.
	CNIVersion Version
	// PartialPolicies says that the cluster holds policies that are not in the
	// input.
	PartialPolicies bool
	// PodCIDRs and ServiceCIDRs are the addresses of pods and of Services,
	// empty where nobody says.
	PodCIDRs, ServiceCIDRs []netip.Prefix
	// IngressControllers are the namespaces of ingress controllers.
	IngressControllers []string
	// SensitivePorts are ports of databases and administration.
	SensitivePorts []int
	// DNSPeers are what answers the cluster's name resolution.
	DNSPeers []DNSPeer
	// DNSPorts are the ports that name resolution may use.
	DNSPorts []int
	// DNSProvided says that somebody else adds the policies for DNS.
	DNSProvided bool
	// RegoTimeout is how long a rule written in Rego may take over one bundle,
	// zero for the default. RegoConfig is what such rules read as
	// data.nplint.config.
	RegoTimeout time.Duration
	RegoConfig  map[string]any
	// Severities overrides the severities of rules by name.
	Severities map[string]Severity
}

// DefaultOptions returns the options that hold where nobody says otherwise.
func DefaultOptions() *Options {
	return &Options{
		SystemNamespaces: []string{
			"kube-system", "kube-public", "kube-node-lease", "gatekeeper-system",
			"calico-system", "calico-apiserver", "tigera-operator", "cilium", "local-path-storage",
		},
		OperatorLabels: []string{
			"acme.cert-manager.io/*", "actions-ephemeral-runner", "actions.github.com/*",
			"batch.kubernetes.io/*", "cnpg.io/*", "controller-uid", "eck.k8s.elastic.co/*",
			"elasticsearch.k8s.elastic.co/*", "job-name", "kibana.k8s.elastic.co/*",
			"common.k8s.elastic.co/*", "mysql.oracle.com/*", "postgres-operator.crunchydata.com/*",
			"strimzi.io/*", "tekton.dev/*", "workflows.argoproj.io/*",
		},
		IngressControllers: []string{
			"ingress-nginx", "ingress", "traefik", "haproxy-controller", "kong", "contour", "projectcontour",
			"envoy-gateway-system", "nginx-gateway", "openshift-ingress", "istio-system", "istio-ingress",
		},
		SensitivePorts: []int{
			2379, 2380, 3306, 5432, 5672, 6379, 7000, 9042, 9200, 9300, 10250, 11211, 15672, 27017,
		},
		DNSPeers: []DNSPeer{
			{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}},
			{Namespace: "openshift-dns", Labels: map[string]string{"dns.operator.openshift.io/daemonset-dns": "default"}},
		},
		DNSPorts: []int{53, 5353},
	}
}

// DNSPeer is what answers name resolution: the pods of a namespace that carry
// some labels, or the addresses of a range.
type DNSPeer struct {
	Namespace string
	Labels    map[string]string
	CIDR      netip.Prefix
}

// System reports whether a namespace belongs to the cluster.
func (o *Options) System(namespace string) bool {
	return slices.Contains(o.SystemNamespaces, namespace)
}
