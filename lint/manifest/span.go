package manifest

// Span is the half-open byte range [Start, End) of a file.
type Span struct {
	File       *File
	Start, End int
}

// Text returns the bytes that the span covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return string(s.File.Data[s.Start:s.End])
}

// Precision says how good a place is.
type Precision uint8

const (
	// Exact places hold the field itself.
	Exact Precision = iota
	// Near places hold the closest thing that exists, such as the parent of
	// an absent field.
	Near
	// Whole places hold the object, because nothing closer is known.
	Whole
)

// String returns the precision's name as the JSON output spells it.
func (p Precision) String() string {
	switch p {
	case Exact:
		return "exact"
	case Near:
		return "near"
	default:
		return "whole"
	}
}

// Origin is the place that a person edits to change a field.
type Origin struct {
	Span      Span
	Precision Precision
	// Via is the chain of places that led there, outermost first: an overlay,
	// its base, a chart, its values.
	Via []Span
}
