// Package graph links the objects of a bundle: which policy selects which
// workload, who is isolated in which direction, which pods a peer matches.
//
// A graph is read-only once it is built. It holds what can be known cheaply;
// who can reach whom is decided in package reach.
package graph
