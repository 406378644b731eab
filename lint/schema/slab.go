package schema

import "slices"

// slab hands out parts of large allocations: the maps and lists of manifests
// are many and small, and live as long as each other.
type slab[T any] struct{ free []T }

const slabSize = 1024

// clone copies a part of a stack.
func (s *slab[T]) clone(part []T) []T {
	n := len(part)
	switch {
	case n == 0:
		return nil
	case n > slabSize/8:
		return slices.Clone(part)
	case n > len(s.free):
		s.free = make([]T, slabSize)
	}
	own := s.free[:n:n]
	s.free = s.free[n:]
	copy(own, part)
	return own
}
