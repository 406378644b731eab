package graph

import "strings"

const (
	longestLabel  = 63
	longestDomain = 253
)

// ValidLabelKey reports whether the API server takes the key of a label: a name,
// which a domain and a slash may stand before.
func ValidLabelKey(key string) bool {
	domain, name, qualified := strings.Cut(key, "/")
	if !qualified {
		return key != "" && ValidLabelValue(key)
	}
	return validDomain(domain) && name != "" && ValidLabelValue(name)
}

// ValidLabelValue reports whether the API server takes the value of a label: at
// most 63 letters, digits, "-", "_" and ".", of which the first and the last are
// letters or digits; or nothing.
func ValidLabelValue(value string) bool {
	if value == "" {
		return true
	}
	for i := range len(value) {
		c := value[i]
		if !labelEnd(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return len(value) <= longestLabel && labelEnd(value[0]) && labelEnd(value[len(value)-1])
}

// validDomain reports whether a text is a name as DNS has it, in lower case.
func validDomain(text string) bool {
	before := byte('.')
	for i := range len(text) {
		c := text[i]
		switch {
		case alphanumeric(c), c == '-' && before != '.', c == '.' && alphanumeric(before):
		default:
			return false
		}
		before = c
	}
	return alphanumeric(before) && len(text) <= longestDomain
}

// labelEnd reports whether a label may begin and end with a byte.
func labelEnd(c byte) bool { return alphanumeric(c) || c >= 'A' && c <= 'Z' }

// alphanumeric reports whether a byte is a lower-case letter or a digit.
func alphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
