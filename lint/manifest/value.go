package manifest

import (
	"strconv"
	"strings"
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
// of nplint reads (see package schema), and no position. Values are immutable.
type Value struct {
	kind   ValueKind
	quoted bool
	text   string // scalars
	// parts are those of maps and lists, nil where they are empty: most values
	// are scalars and should take little space.
	parts *parts
}

type parts struct {
	keys   []string // maps, in the order of the file
	values []Value
}

func (v Value) keys() []string {
	if v.parts == nil {
		return nil
	}
	return v.parts.keys
}

func (v Value) values() []Value {
	if v.parts == nil {
		return nil
	}
	return v.parts.values
}

// Scalar returns a value of the kind Null, Bool, Int, Float or String.
// Quoted says that the text stands in quotes or in a block scalar.
func Scalar(kind ValueKind, text string, quoted bool) Value {
	return Value{kind: kind, text: text, quoted: quoted}
}

// ListOf returns a list value.
func ListOf(items []Value) Value { return Value{kind: List}.with(nil, items) }

// MapOf returns a map value; keys and values run in parallel.
func MapOf(keys []string, values []Value) Value {
	return Value{kind: Map}.with(keys, values)
}

func (v Value) with(keys []string, values []Value) Value {
	if len(values) > 0 {
		v.parts = &parts{keys, values}
	}
	return v
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
		return v.parts == nil
	}
	return false
}

// Quoted reports whether a scalar stands in quotes or in a block.
func (v Value) Quoted() bool { return v.quoted }

// Text returns a scalar as it is decoded, "" for anything else.
func (v Value) Text() string { return v.text }

// Int returns the number that an unquoted integer stands for. YAML passes over
// underscores between the digits.
func (v Value) Int() (n int, ok bool) {
	if v.kind != Int {
		return 0, false
	}
	i, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 0, 64)
	return int(i), err == nil
}

// True reports whether the value is the boolean true, in any of the spellings
// of YAML 1.1.
func (v Value) True() bool {
	switch strings.ToLower(v.text) {
	case "true", "yes", "y", "on":
		return v.kind == Bool
	}
	return false
}

// Get returns the value under a key, the zero Value where there is none. Of a
// duplicate key the last one counts, as the API server reads it.
func (v Value) Get(key string) Value {
	keys := v.keys()
	for i := len(keys) - 1; i >= 0; i-- {
		if keys[i] == key {
			return v.parts.values[i]
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
		case v.kind == List && step.Index < len(v.values()):
			v = v.parts.values[step.Index]
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
	return v.values()
}

// Keys returns the keys of a map in the order of the file.
func (v Value) Keys() []string { return v.keys() }

// Strings returns a map's entries as the API decodes map[string]string: null
// counts as "". Entries of another type, which the API server refuses, are
// read as the text that they are written with.
func (v Value) Strings() map[string]string {
	keys := v.keys()
	if v.kind != Map || len(keys) == 0 {
		return nil
	}
	m := make(map[string]string, len(keys))
	for i, key := range keys {
		m[key] = v.parts.values[i].text
	}
	return m
}
