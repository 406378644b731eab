package reach

import "sync"

// answers holds what was answered about pods and single peers where many rules
// take part in the answer: as many questions as there are policies are asked
// about a few of them where the policies select all pods.
type answers struct {
	mu    sync.Mutex
	known map[answerKey]Verdict
}

// answerKey is all that an answer about a peer depends on, which is a number of
// the universe.
type answerKey struct {
	effect   *effect
	peer     uint32
	receiver *receiver
}

// mostAnswers bounds the memory that they take.
const mostAnswers = 1 << 16

func (a *answers) of(key answerKey, find func() Verdict) Verdict {
	if len(key.effect.rules) <= few || !key.effect.shared {
		return find()
	}
	a.mu.Lock()
	v, known := a.known[key]
	a.mu.Unlock()
	if known {
		return v
	}
	v = find()
	a.mu.Lock()
	if a.known == nil || len(a.known) == mostAnswers {
		a.known = map[answerKey]Verdict{}
	}
	a.known[key] = v
	a.mu.Unlock()
	return v
}
