// Package work counts what the process does, in numbers that depend on the
// input alone: not on the machine, nor on how many cores share the work.
package work

import (
	"fmt"
	"sync/atomic"
)

// Counter counts one kind of work.
type Counter struct{ n atomic.Uint64 }

// The work that is counted.
var (
	Documents Counter // that were read
	Parsed    Counter // documents that a parser of YAML read
	Selectors Counter // selectors that were compared with labels or with others
	Rules     Counter // rules of policies that were held against a peer
)

var counting atomic.Bool

// Start begins to count, from zero. Until then nothing is, because cores that
// count the same thing wait for each other.
func Start() {
	for _, c := range [...]*Counter{&Documents, &Parsed, &Selectors, &Rules} {
		c.n.Store(0)
	}
	counting.Store(true)
}

// Add counts n more.
func (c *Counter) Add(n int) {
	if counting.Load() {
		c.n.Add(uint64(n))
	}
}

// Done says what was done since the start.
func Done() string {
	return fmt.Sprintf("%d documents, %d of them parsed, %d selectors compared, %d policy rules evaluated",
		Documents.n.Load(), Parsed.n.Load(), Selectors.n.Load(), Rules.n.Load())
}
