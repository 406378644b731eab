package manifest

import (
	"slices"
	"strings"
)

// ID names an object within a bundle. Namespace is the resolved one and ""
// for cluster-scoped objects and where it cannot be known.
type ID struct {
	APIVersion, Kind, Namespace, Name string
}

// Group returns the API group, "" for the core group.
func (id ID) Group() string {
	group, _, found := strings.Cut(id.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// Object is one Kubernetes object of the input. It keeps the place of its
// text and the decoded fields that nplint reads, never the syntax tree: At
// parses that one document again.
type Object struct {
	ID ID
	// Root is the root that the object belongs to. Objects without a
	// namespace share one symbolic namespace per root.
	Root string
	// Tree is the kustomization whose build made the object, "" for one that is
	// written as it is.
	Tree string
	// Chart is the chart that the object was rendered from, "" for all others.
	Chart string
	// Beside is the kustomization that the object's file lies in or below the
	// folder of without being referred to by any, "" for all other objects.
	Beside string
	// Template is the field of the pod template of a kind that the configuration
	// names as a workload, nil for all other kinds.
	Template Path
	// Value holds the decoded fields that nplint reads. A field that the API
	// does not know is read where it is meant to be, if there is no doubt about
	// that, so that one slip does not look like many.
	Value Value
	// Written holds the same without such fields, as a server that drops them
	// reads the object.
	Written Value
	// Facts holds what the syntax tree said and the value does not.
	Facts []Fact

	source Source
}

// Source knows where the fields of an object are written.
type Source interface {
	// Locate returns the place of a field. It never fails.
	Locate(Path) Origin
	// Span returns the text of the document that defines the object.
	Span() Span
}

// NewObject returns an object that is written in a source.
func NewObject(id ID, source Source) *Object { return &Object{ID: id, source: source} }

// At returns the place of a field. It never fails: an absent field is near its
// closest written parent, and a document that cannot be read again is whole.
func (o *Object) At(p Path) Origin {
	for _, fact := range o.Facts {
		if n := len(fact.ReadAs); n > 0 && len(p) >= n && slices.Equal(p[:n], fact.ReadAs) {
			p = append(fact.Path[:len(fact.Path):len(fact.Path)], p[n:]...)
			break
		}
	}
	return o.source.Locate(p)
}

// File returns the file that the object is written in.
func (o *Object) File() *File { return o.source.Span().File }

// Span returns the text of the object's document.
func (o *Object) Span() Span { return o.source.Span() }

// FactKind says what is remarkable about a field's syntax.
type FactKind uint8

const (
	// UnknownField is a key that the API type does not have.
	UnknownField FactKind = iota + 1
	// DuplicateKey is a key that stands in its map twice; the path names the
	// map entry, the place is the second one.
	DuplicateKey
	// WrongType is a value whose type the API does not accept there.
	WrongType
)

// Fact is one remarkable thing about an object's syntax.
type Fact struct {
	Kind FactKind
	Path Path
	// Suggestions holds, for an unknown field, the closest known names; where
	// there are none, Belongs is the place that has such a field, the first
	// item standing for any item of a list.
	Suggestions []string
	Belongs     Path
	// ReadAs is the place in which the value of such a field is read, nil where
	// there is no telling what it means.
	ReadAs Path
	// Want and Got say, for a wrong type, what the API accepts and what is
	// written. They also say why the suggested names do not fit the value that
	// is written under an unknown field.
	Want string
	Got  ValueKind
}
