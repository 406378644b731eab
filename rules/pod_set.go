package rules

import "github.com/nplint/nplint/lint/graph"

// podSet is pods that receive connections. Those of one set are the same set.
type podSet struct {
	// number tells the sets of single matches apart.
	number uint64
	// parts are the sets that it is the union of, nil for one of a single match.
	parts []*podSet
	pods  []*graph.Workload
	// unknown says that others, of which the input does not tell the ports, may be
	// among them.
	unknown bool
}

// anyPods is the set of pods of which some may be any.
var anyPods = &podSet{unknown: true}

// workloads returns the pods, each once.
func (s *podSet) workloads() []*graph.Workload {
	if s.parts == nil || s.pods != nil {
		return s.pods
	}
	known := map[*graph.Workload]bool{}
	for _, part := range s.parts {
		for _, w := range part.pods {
			if !known[w] {
				known[w] = true
				s.pods = append(s.pods, w)
			}
		}
	}
	return s.pods
}
