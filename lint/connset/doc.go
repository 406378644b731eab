// Package connset holds exact sets: of connections (protocol and port), of IP
// addresses, and of whole numbers, on which the other two stand. All values are
// immutable: operations return new ones.
package connset
