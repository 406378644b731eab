package schema

// The tables of policy.networking.k8s.io. They hold the fields of the
// experimental channel too, and what a release up to v0.1.1 wrote in another
// way: namespaceSelector, sameLabels and notSameLabels below namespaces, and
// namespaces below pods.

var (
	clusterNetworkPolicy = kind(closed(fields{
		"tier": text, "priority": integer, "subject": adminSubject,
		"ingress": listOf(adminRule("from", networkPods, "protocols", networkProtocol)),
		"egress":  listOf(adminRule("to", outward(networkPods), "protocols", networkProtocol)),
	}), nil)
	adminNetworkPolicy         = kind(closed(adminSpec).with(fields{"priority": integer}), nil)
	baselineAdminNetworkPolicy = kind(closed(adminSpec), nil)
)

var adminSpec = fields{
	"subject": adminSubject,
	"ingress": listOf(adminRule("from", adminPods, "ports", adminPort)),
	"egress":  listOf(adminRule("to", outward(adminPods), "ports", adminPort)),
}

func adminRule(peers string, peer *Type, ports string, port *Type) *Type {
	return closed(fields{"name": text, "action": text, peers: listOf(peer), ports: listOf(port)})
}

var namespacedPod = closed(fields{"namespaceSelector": labelSelector, "podSelector": labelSelector})

var adminSubject = closed(fields{"namespaces": labelSelector, "pods": namespacedPod})

var networkPods = closed(fields{"namespaces": labelSelector, "pods": namespacedPod})

var adminNamespaces = labelSelector.with(fields{
	"namespaceSelector": labelSelector, "sameLabels": listOf(text), "notSameLabels": listOf(text),
})

var adminPods = closed(fields{
	"namespaces": adminNamespaces,
	"pods":       namespacedPod.with(fields{"namespaces": adminNamespaces}),
})

// outward adds to the peers of both directions those of egress rules.
func outward(peer *Type) *Type {
	return peer.with(fields{"networks": listOf(text), "nodes": labelSelector, "domainNames": listOf(text)})
}

var adminPort = closed(fields{
	"portNumber": closed(fields{"protocol": text, "port": integer}),
	"portRange":  closed(fields{"protocol": text, "start": integer, "end": integer}),
	"namedPort":  text,
})

var networkProtocol = closed(fields{
	"tcp": destination, "udp": destination, "sctp": destination, "destinationNamedPort": text,
})

var destination = closed(fields{"destinationPort": closed(fields{
	"number": integer, "range": closed(fields{"start": integer, "end": integer}),
})})
