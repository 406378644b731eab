package lint

import (
	"github.com/nplint/nplint/lint/manifest"
)

// Diagnostic is one reported finding. A rule fills in what it knows; Run adds
// the rule, the severity and the places.
type Diagnostic struct {
	// Severity is the rule's where it is zero.
	Severity  Severity
	Certainty Certainty
	// Object and Path name the field that the diagnostic is about. Object is
	// nil for a diagnostic about a file; then Span is its place.
	Object *manifest.Object
	Path   manifest.Path
	Span   manifest.Span
	// Message is one sentence in lower case without a full stop: the objects,
	// the fact, and its consequence.
	Message string
	Related []Related
	Witness *Witness
	Fixes   []Fix

	// Rule, Origin and Bundles are set by Run and Merge.
	Rule    *Rule
	Origin  manifest.Origin
	Bundles []string
}

// Related is another place that the diagnostic is about.
type Related struct {
	Object  *manifest.Object
	Path    manifest.Path
	Message string

	// Origin is set by Run.
	Origin manifest.Origin
}

// Witness is one concrete connection that proves a diagnostic.
type Witness struct {
	Source, Destination string // shop/Deployment/web, or an address
	Protocol            string
	Port                int
	Allowed             bool
}

// Fix is a suggested change. Rules say what to change; package fix knows the
// bytes, and computes what the change does to connections.
type Fix struct {
	Message string // a verb phrase
	Ops     []Op
	// Erase holds comments to delete. They change nothing else.
	Erase   []manifest.Span
	NewFile *NewFile

	// Edits and Class are set by package fix, where they were asked for.
	Edits []Edit
	Class string // safe, tighten or widen
}

// Edit replaces the bytes [Start, End) of a file.
type Edit struct {
	File       *manifest.File
	Start, End int
	Text       string
}

// OpKind is what an Op does to a field.
type OpKind uint8

// The operations.
const (
	Set    OpKind = iota + 1
	Insert        // at the end of a list, or in front of an item
	Remove
	RenameKey
	Unquote
)

// Op is one operation on a field.
type Op struct {
	Object *manifest.Object
	Path   manifest.Path
	Kind   OpKind
	Value  any
}

// NewFile is a file that a fix adds.
type NewFile struct {
	Name string
	Data []byte
}
