package reach

import (
	"context"
	"sync/atomic"
)

// Pairs computes all pairs of an engine and returns how many ordered pairs of
// classes may open some connection.
func Pairs(e *Engine) (int, error) {
	var pairs atomic.Int64
	err := newColumns(e).each(context.Background(), func(_ uint32, sources []Cell) {
		for _, cell := range sources {
			pairs.Add(int64(cell.Peers.Count()))
		}
	})
	return int(pairs.Load()), err
}
