package schema

// Type describes what may stand in one place of a manifest.
type Type struct {
	shape  shape
	fields map[string]*Type // objects
	item   *Type            // lists
	open   bool             // objects: other fields are neither read nor unknown
}

type shape uint8

const (
	skipped shape = iota // known, not read
	anything
	scalarString
	scalarInt
	scalarBool
	intOrString
	stringMap
	list
	object
)

// Leaves of the tables.
var (
	skip    = &Type{shape: skipped}
	any_    = &Type{shape: anything}
	text    = &Type{shape: scalarString}
	integer = &Type{shape: scalarInt}
	boolean = &Type{shape: scalarBool}
	port    = &Type{shape: intOrString}
	strings = &Type{shape: stringMap}
)

// fields maps a field's name to what may stand there.
type fields = map[string]*Type

// closed is an object whose type is pinned: any other field is unknown.
func closed(f fields) *Type { return &Type{shape: object, fields: f} }

// open is an object of which only some fields are read.
func open(f fields) *Type { return &Type{shape: object, fields: f, open: true} }

func listOf(item *Type) *Type { return &Type{shape: list, item: item} }

// with returns the object type with more fields.
func (t *Type) with(more fields) *Type {
	all := fields{}
	for name, field := range t.fields {
		all[name] = field
	}
	for name, field := range more {
		all[name] = field
	}
	return &Type{shape: object, fields: all, open: t.open}
}
