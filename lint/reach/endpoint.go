package reach

import (
	"net/netip"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// Endpoint is one end of a connection.
type Endpoint struct {
	kind      endpointKind
	workload  *graph.Workload
	addresses connset.Addresses
	region    Region
}

type endpointKind uint8

const (
	workloadEnd endpointKind = iota
	addressEnd
	nodeEnd
	controllerEnd
	regionEnd
)

// Workload is a pod of a workload. Two ends of one workload are different
// replicas: what a pod sends to itself no policy can stop
// (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
func Workload(w *graph.Workload) Endpoint { return Endpoint{kind: workloadEnd, workload: w} }

// Address is an address outside the cluster.
func Address(a netip.Addr) Endpoint {
	return Addresses(connset.AddressesOf(netip.PrefixFrom(a, a.BitLen())))
}

// Addresses is any address of a set, outside the cluster: Must is what holds
// for all of them, May what holds for some.
func Addresses(s connset.Addresses) Endpoint { return Endpoint{kind: addressEnd, addresses: s} }

// Node is a node. A pod's own node always reaches the pod, another one only as
// policies allow.
var Node = Endpoint{kind: nodeEnd}

// Controller is a pod of an ingress controller outside the input, of which
// nothing is known.
var Controller = Endpoint{kind: controllerEnd}

// Region is pods that are not in the input: those with labels that Pods
// matches, in Namespace, or in some namespace that Namespaces matches.
type Region struct {
	Namespace  *graph.Namespace
	Namespaces graph.Selector
	Pods       graph.Selector
}

// Pods is any pod of a region: Must is what holds for all of them, May what
// holds for some.
func Pods(r Region) Endpoint { return Endpoint{kind: regionEnd, region: r} }

// Workload returns the workload that the endpoint is, nil if it is none.
func (p Endpoint) Workload() *graph.Workload { return p.workload }

// Governed reports whether policies of the input may apply to the endpoint as a
// subject: pods of the input, or of a region.
func (p Endpoint) Governed() bool { return p.kind == workloadEnd || p.kind == regionEnd }

// Region returns the region that the endpoint is any pod of.
func (p Endpoint) Region() (r Region, ok bool) { return p.region, p.kind == regionEnd }

// Outside returns the addresses that the endpoint is any of, nothing if it is
// not outside the cluster.
func (p Endpoint) Outside() connset.Addresses { return p.addresses }

// Concrete reports whether the endpoint is in the input or has an address, rather
// than being any pod of a region.
func (p Endpoint) Concrete() bool { return p.kind != regionEnd }

// String writes the endpoint as connections are listed.
func (p Endpoint) String() string {
	switch p.kind {
	case workloadEnd:
		return p.workload.Namespace.String() + "/" + p.workload.Kind + "/" + p.workload.Name
	case addressEnd:
		return p.addresses.String()
	case nodeEnd:
		return "node"
	case controllerEnd:
		return "ingress-controller"
	}
	return p.region.String()
}

// String describes the pods of the region.
func (r Region) String() string {
	pods := "any pod"
	if !r.Pods.Everything() {
		pods = "pods with " + r.Pods.String()
	}
	switch {
	case r.Namespace != nil:
		return pods + " in " + r.Namespace.String()
	case r.Namespaces.Everything():
		return pods + " in any namespace"
	}
	return pods + " in namespaces with " + r.Namespaces.String()
}
