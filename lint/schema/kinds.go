package schema

// Lookup returns the table of a kind, nil for a kind that nplint does not
// read. Versions of one group share a table.
func Lookup(group, kind string) *Type { return kinds[kind][group] }

// Known reports whether some group has a kind of that name which nplint reads.
func Known(kind string) bool { return kinds[kind] != nil }

var namespace = kind(open(nil), nil)

var service = kind(open(fields{
	"type": text, "selector": strings, "clusterIP": text, "clusterIPs": listOf(text),
	"externalName": text, "externalTrafficPolicy": text, "externalIPs": listOf(text),
	"ipFamilies": listOf(text), "ipFamilyPolicy": text, "loadBalancerClass": text,
	"publishNotReadyAddresses": boolean,
	"ports": listOf(open(fields{
		"name": text, "protocol": text, "port": integer, "targetPort": port, "nodePort": integer,
	})),
}), nil)

// whole is a kind of which everything but the status is read as it stands.
var whole = loose(fields{"spec": any_})

// What nplint reads of rbac.authorization.k8s.io.
const rbac = "rbac.authorization.k8s.io"

var (
	role = loose(fields{"rules": listOf(open(fields{
		"apiGroups": listOf(text), "resources": listOf(text), "verbs": listOf(text),
	}))})
	binding = loose(fields{
		"roleRef":  open(fields{"kind": text, "name": text}),
		"subjects": listOf(open(fields{"kind": text, "name": text, "namespace": text})),
	})
)

// kinds is keyed by kind and group. A kind that stands under several groups
// is served, or was once, by each of them.
var kinds = map[string]map[string]*Type{
	"Namespace": {"": namespace},

	"Pod":                   {"": pod},
	"ReplicationController": {"": controller},
	"Deployment":            {"apps": controller, "extensions": controller},
	"StatefulSet":           {"apps": controller},
	"DaemonSet":             {"apps": controller, "extensions": controller},
	"ReplicaSet":            {"apps": controller, "extensions": controller},
	"Job":                   {"batch": job},
	"CronJob":               {"batch": cronJob},
	"Rollout":               {"argoproj.io": customController},
	"DeploymentConfig":      {"apps.openshift.io": customController},
	"VirtualMachine":        {"kubevirt.io": virtualMachine},

	"VirtualMachineInstance": {"kubevirt.io": virtualMachineInstance},

	"Service":       {"": service, "serving.knative.dev": customController},
	"Endpoints":     {"": loose(fields{"subsets": any_})},
	"EndpointSlice": {"discovery.k8s.io": loose(fields{"addressType": text, "endpoints": any_, "ports": any_})},

	"Ingress":   {"networking.k8s.io": whole, "extensions": whole},
	"Gateway":   {"gateway.networking.k8s.io": whole},
	"HTTPRoute": {"gateway.networking.k8s.io": whole},
	"GRPCRoute": {"gateway.networking.k8s.io": whole},
	"TLSRoute":  {"gateway.networking.k8s.io": whole},
	"TCPRoute":  {"gateway.networking.k8s.io": whole},
	"UDPRoute":  {"gateway.networking.k8s.io": whole},
	"Route":     {"route.openshift.io": whole},

	"IngressRoute":    {"traefik.io": whole, "traefik.containo.us": whole},
	"IngressRouteTCP": {"traefik.io": whole, "traefik.containo.us": whole},
	"IngressRouteUDP": {"traefik.io": whole, "traefik.containo.us": whole},

	"ServiceMonitor": {"monitoring.coreos.com": whole},
	"PodMonitor":     {"monitoring.coreos.com": whole},
	"APIService":     {"apiregistration.k8s.io": whole},

	"ValidatingWebhookConfiguration": {"admissionregistration.k8s.io": loose(fields{"webhooks": any_})},
	"MutatingWebhookConfiguration":   {"admissionregistration.k8s.io": loose(fields{"webhooks": any_})},

	"ServiceAccount":     {"": loose(fields{"automountServiceAccountToken": boolean})},
	"Role":               {rbac: role},
	"ClusterRole":        {rbac: role},
	"RoleBinding":        {rbac: binding},
	"ClusterRoleBinding": {rbac: binding},

	"CustomResourceDefinition": {"apiextensions.k8s.io": loose(fields{"spec": open(fields{"conversion": any_})})},

	"Kustomization": {"kustomize.toolkit.fluxcd.io": loose(fields{"spec": open(fields{"path": text, "targetNamespace": text})})},
	"Application": {"argoproj.io": loose(fields{"spec": open(fields{
		"source":      open(fields{"path": text}),
		"sources":     listOf(open(fields{"path": text})),
		"destination": open(fields{"namespace": text}),
	})})},

	"NetworkPolicy": {
		"networking.k8s.io": networkPolicy, "extensions": networkPolicy,
		"": networkPolicy, "apps": networkPolicy, "networking": networkPolicy, "policy": networkPolicy, // never served
		"projectcalico.org": whole, "crd.projectcalico.org": whole,
	},
	"AdminNetworkPolicy":         {"policy.networking.k8s.io": adminNetworkPolicy},
	"BaselineAdminNetworkPolicy": {"policy.networking.k8s.io": baselineAdminNetworkPolicy},
	"ClusterNetworkPolicy":       {"policy.networking.k8s.io": clusterNetworkPolicy},

	"CiliumNetworkPolicy":            {"cilium.io": loose(fields{"spec": any_, "specs": any_})},
	"CiliumClusterwideNetworkPolicy": {"cilium.io": loose(fields{"spec": any_, "specs": any_})},

	"GlobalNetworkPolicy": {"projectcalico.org": whole, "crd.projectcalico.org": whole},
	"GlobalNetworkSet":    {"projectcalico.org": whole, "crd.projectcalico.org": whole},
	"NetworkSet":          {"projectcalico.org": whole, "crd.projectcalico.org": whole},
	"Tier":                {"projectcalico.org": whole, "crd.projectcalico.org": whole},
}

// Namespaced reports whether objects of a kind live in a namespace.
func Namespaced(kind string) bool { return !clusterScoped[kind] }

var clusterScoped = map[string]bool{
	"Namespace": true, "APIService": true, "ClusterRole": true, "ClusterRoleBinding": true,
	"ValidatingWebhookConfiguration": true, "MutatingWebhookConfiguration": true,
	"CustomResourceDefinition": true,
	"AdminNetworkPolicy":       true, "BaselineAdminNetworkPolicy": true, "ClusterNetworkPolicy": true,
	"CiliumClusterwideNetworkPolicy": true,
	"GlobalNetworkPolicy":            true, "GlobalNetworkSet": true, "Tier": true,
}

// Workload reports whether objects of a kind own pods, or are one.
func Workload(group, kind string) bool {
	switch Lookup(group, kind) {
	case pod, controller, job, cronJob, customController, virtualMachine, virtualMachineInstance:
		return true
	}
	return false
}
