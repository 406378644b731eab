package manifest

import (
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// ValueKind is the type of a [Value].
type ValueKind uint8

// The kinds of values. Absent is the zero Value: a field that is not written.
const (
	Absent ValueKind = iota
	Null
	Bool
	Int
	Float
	String
	List
	Map
)

// String returns the kind as messages name it.
func (k ValueKind) String() string {
	return [...]string{"nothing", "null", "a boolean", "an integer", "a number", "a string", "a list", "a map"}[k]
}

// Value is one decoded field: what the file says, with null, empty and absent
// kept apart and no default filled in. It holds only the fields that some part
// of nplint reads (see package schema), and no position. Values are immutable;
// [Value.Equal] compares them.
//
// A large cluster is mostly values, so that a Value takes two words: data points
// at the first byte of a scalar's text, at the first item of a list or at the
// first member of a map, and n says how many there are.
type Value struct {
	data   unsafe.Pointer
	n      uint32
	kind   ValueKind
	quoted bool
}

// Member is one entry of a map.
type Member struct {
	Key   string
	Value Value
}

// Scalar returns a value of the kind Null, Bool, Int, Float or String.
// Quoted says that the text stands in quotes or in a block scalar.
func Scalar(kind ValueKind, text string, quoted bool) Value {
	return Value{kind: kind, quoted: quoted, n: uint32(len(text)), data: unsafe.Pointer(unsafe.StringData(text))}
}

// ListOf returns a list value, which keeps the items.
func ListOf(items []Value) Value {
	return Value{kind: List, n: uint32(len(items)), data: unsafe.Pointer(unsafe.SliceData(items))}
}

// MapOf returns a map value, which keeps the members.
func MapOf(members []Member) Value {
	return Value{kind: Map, n: uint32(len(members)), data: unsafe.Pointer(unsafe.SliceData(members))}
}

// Kind returns the type of the value.
func (v Value) Kind() ValueKind { return v.kind }

// Exists reports whether the field is written, null included.
func (v Value) Exists() bool { return v.kind != Absent }

// Empty reports whether the field says nothing: absent, null, or a list or map
// without entries. The API decodes all four alike for most fields.
func (v Value) Empty() bool {
	switch v.kind {
	case Absent, Null:
		return true
	case List, Map:
		return v.n == 0
	}
	return false
}

// Quoted reports whether a scalar stands in quotes or in a block.
func (v Value) Quoted() bool { return v.quoted }

// Text returns a scalar as it is decoded, "" for anything else.
func (v Value) Text() string {
	if v.kind == List || v.kind == Map {
		return ""
	}
	return unsafe.String((*byte)(v.data), v.n)
}

// Int returns the number that an unquoted integer stands for. YAML passes over
// underscores between the digits.
func (v Value) Int() (n int, ok bool) {
	if v.kind != Int {
		return 0, false
	}
	i, err := strconv.ParseInt(strings.ReplaceAll(v.Text(), "_", ""), 0, 64)
	return int(i), err == nil
}

// True reports whether the value is the boolean true, in any of the spellings
// of YAML 1.1.
func (v Value) True() bool {
	switch strings.ToLower(v.Text()) {
	case "true", "yes", "y", "on":
		return v.kind == Bool
	}
	return false
}

// Get returns the value under a key, the zero Value where there is none. Of a
// duplicate key the last one counts, as the API server reads it.
func (v Value) Get(key string) Value {
	members := v.Members()
	for i := len(members) - 1; i >= 0; i-- {
		if members[i].Key == key {
			return members[i].Value
		}
	}
	return Value{}
}

// At returns the value at a path below v.
func (v Value) At(p Path) Value {
	for _, step := range p {
		switch {
		case !step.IsItem():
			v = v.Get(step.Key)
		case step.Index < len(v.Items()):
			v = v.Items()[step.Index]
		default:
			return Value{}
		}
	}
	return v
}

// Items returns the items of a list, nil for anything else.
func (v Value) Items() []Value {
	if v.kind != List {
		return nil
	}
	return unsafe.Slice((*Value)(v.data), v.n)
}

// Members returns the entries of a map in the order of the file, nil for
// anything else.
func (v Value) Members() []Member {
	if v.kind != Map {
		return nil
	}
	return unsafe.Slice((*Member)(v.data), v.n)
}

// Strings returns a map's entries as the API decodes map[string]string: null
// counts as "". Entries of another type, which the API server refuses, are
// read as the text that they are written with.
func (v Value) Strings() map[string]string {
	members := v.Members()
	if len(members) == 0 {
		return nil
	}
	m := make(map[string]string, len(members))
	for _, e := range members {
		m[e.Key] = e.Value.Text()
	}
	return m
}

// Equal reports whether two values are written alike, but for the style of
// quotes and the place.
func (v Value) Equal(other Value) bool {
	return v.kind == other.kind && v.quoted == other.quoted && v.Text() == other.Text() &&
		slices.EqualFunc(v.Items(), other.Items(), Value.Equal) &&
		slices.EqualFunc(v.Members(), other.Members(), func(a, b Member) bool { return a.Key == b.Key && a.Value.Equal(b.Value) })
}
