package lint

import "fmt"

// Severity says how much a diagnostic matters. The zero Severity means that
// nothing was chosen.
type Severity uint8

// The severities, in rising order.
const (
	Info Severity = iota + 1
	Warning
	Error
)

// String returns the severity's name in lower case.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	default:
		return "none"
	}
}

// ParseSeverity reads a severity as users write it.
func ParseSeverity(s string) (Severity, error) {
	for _, severity := range []Severity{Info, Warning, Error} {
		if s == severity.String() {
			return severity, nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: use error, warning or info", s)
}

// Certainty says in which completions of the input a diagnostic holds.
type Certainty uint8

const (
	// Certain diagnostics hold whatever else the cluster contains.
	Certain Certainty = iota
	// Possible diagnostics depend on objects that are not in the input, or on
	// behaviour that the API leaves to the network plugin.
	Possible
)

// String returns the certainty's name in lower case.
func (c Certainty) String() string { return [...]string{"certain", "possible"}[c] }

// Preset is a set of rules; each contains the ones before it.
type Preset uint8

const (
	// Recommended holds what is wrong whatever the author wanted, and as info
	// what is legal and often meant.
	Recommended Preset = iota
	// Strict is zero trust: default deny both ways in every namespace.
	Strict
	// All holds every rule, also those about style.
	All
)

// String returns the preset's name in lower case.
func (p Preset) String() string { return [...]string{"recommended", "strict", "all"}[p] }

// ParsePreset reads a preset as users write it.
func ParsePreset(s string) (Preset, error) {
	for _, p := range []Preset{Recommended, Strict, All} {
		if s == p.String() {
			return p, nil
		}
	}
	return 0, fmt.Errorf("unknown preset %q: use recommended, strict or all", s)
}
