// Package schema knows the fields of the API types that nplint reads.
//
// One walk over a document's nodes, led by the table of its kind, yields the
// decoded value and the facts about its syntax that the value cannot hold.
// Fields that nobody reads are not decoded.
package schema
