// Package reach decides which connections network policies allow.
//
// Pods that no selector and no port name can tell apart form a class. Classes,
// the atoms of the address space, nodes and ingress controllers are numbered
// together, so that what a rule's peers match is two sets of numbers: those that
// it surely matches, and those that it may match. Everything else is set
// algebra: a side of a connection is decided tier by tier, and a connection is
// allowed if both its sides allow it.
//
// Whatever depends on objects outside the input, or on behaviour that the API
// leaves to the network plugin, makes an answer a pair: Must holds in every
// completion of the input, May in some. Two things are taken for certain all the
// same, because otherwise next to nothing would be: that a namespace of unknown
// name is none of those that the input names, and that policies decide about
// protocols without ports, such as ICMP, as they do about ports. The API leaves
// the latter undefined (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
package reach
