package lint

import "sync"

// slots bounds how many rules work at once. What others wait for, and what has
// waited for others, goes first: so the longest chain does not begin last.
type slots struct {
	mu           sync.Mutex
	free         int
	urgent, rest []chan struct{} // of those that wait, in their order
}

func (s *slots) acquire(urgent bool) {
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		s.mu.Unlock()
		return
	}
	turn := make(chan struct{})
	if urgent {
		s.urgent = append(s.urgent, turn)
	} else {
		s.rest = append(s.rest, turn)
	}
	s.mu.Unlock()
	<-turn
}

func (s *slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := &s.urgent
	if len(*queue) == 0 {
		queue = &s.rest
	}
	if len(*queue) == 0 {
		s.free++
		return
	}
	close((*queue)[0])
	*queue = (*queue)[1:]
}
