package schema

// networkPolicy is networking.k8s.io/v1 NetworkPolicy. The type has no status:
// the field was removed again in Kubernetes 1.28.
var networkPolicy = closed(fields{
	"apiVersion": text, "kind": text, "metadata": objectMeta,
	"spec": closed(fields{
		"podSelector": labelSelector,
		"policyTypes": listOf(text),
		"ingress":     listOf(closed(fields{"from": listOf(peer), "ports": listOf(policyPort)})),
		"egress":      listOf(closed(fields{"to": listOf(peer), "ports": listOf(policyPort)})),
	}),
})

var peer = closed(fields{
	"podSelector":       labelSelector,
	"namespaceSelector": labelSelector,
	"ipBlock":           closed(fields{"cidr": text, "except": listOf(text)}),
})

var policyPort = closed(fields{"protocol": text, "port": port, "endPort": integer})
