package lint

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// Suggest names the known word that is closest to a misspelt one, as the end of
// a message: `; did you mean "port"?`. It is empty where none is close.
func Suggest(word string, known []string) string {
	best, distance := "", len(word)/2+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(word, k); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
