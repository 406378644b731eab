package rules

import (
	"math/bits"
	"strings"

	"github.com/agnivade/levenshtein"
)

// looksLike reports whether one of two names is the other one misspelt. Names
// are compared part by part, because different parts, as in shop-api and
// shop-app, make different names however long the rest is.
func looksLike(a, b string) bool {
	if a == b || len(a) > len(b)+2 || len(b) > len(a)+2 || bits.OnesCount32(letters(a)^letters(b)) > 4 {
		return false
	}
	if strings.EqualFold(a, b) {
		return true
	}
	as, bs := strings.FieldsFunc(a, separates), strings.FieldsFunc(b, separates)
	if len(as) != len(bs) {
		return strings.Join(as, "") == strings.Join(bs, "")
	}
	total := 0
	for i := range as {
		distance := 0
		if as[i] != bs[i] {
			if distance = slips(as[i], bs[i]); distance == 0 {
				return false
			}
		}
		total += distance
	}
	return total <= 2
}

// letters is the set of the letters of a word. Two slips change at most four.
func letters(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] & 31)
	}
	return set
}

func separates(r rune) bool { return strings.ContainsRune("-_./", r) }

// slips counts the slips of the fingers that make one word of another: one or
// two letters that are fewer than a third of the word, two neighbours that changed
// places, or a letter that is doubled. It returns 0 for words that are different on
// purpose, such as those that only digits tell apart.
func slips(a, b string) int {
	switch {
	case strings.Map(letter, a) == strings.Map(letter, b):
		return 0
	case swapped(a, b), doubled(a, b):
		return 1
	}
	if distance := levenshtein.ComputeDistance(a, b); distance <= 2 && distance*3 < min(len(a), len(b)) {
		return distance
	}
	return 0
}

func letter(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// doubled reports whether words differ in nothing but how often a letter is
// repeated. A word of two letters is too short to tell.
func doubled(a, b string) bool {
	return min(len(a), len(b)) > 2 && strings.Map(once(), a) == strings.Map(once(), b)
}

// once returns a mapping that drops a letter behind itself.
func once() func(rune) rune {
	last := rune(-1)
	return func(r rune) rune {
		if r == last {
			return -1
		}
		last = r
		return r
	}
}

// swapped reports whether two neighbouring letters of a word changed places. A
// word of two letters is too short to tell.
func swapped(a, b string) bool {
	if len(a) != len(b) || len(a) < 3 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
