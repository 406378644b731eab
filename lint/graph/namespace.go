package graph

import (
	"slices"
	"strconv"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// NameLabel is the label that the control plane sets on every namespace to its
// name and that nobody can change (KEP-2161).
const NameLabel = "kubernetes.io/metadata.name"

// Namespace is a namespace that the input declares or refers to.
type Namespace struct {
	// Name is "" for a symbolic namespace: the one, unknown, in which the
	// objects of a root without a namespace will be.
	Name string
	// Root is the root of a symbolic namespace.
	Root string
	// Object is the Namespace object, nil if the input does not declare it.
	Object *manifest.Object
	// Labels are the known labels. They are all of its labels where Object is
	// not nil.
	Labels map[string]string

	Workloads  []*Workload
	Services   []*Service
	Policies   []*Policy
	Unmodelled []*Unmodelled // in this namespace; cluster-wide ones are in the graph

	byLabel map[label][]*Workload
	ordinal int // within its graph, from 1, symbolic ones first

	mu   sync.Mutex
	wide map[string][]*Workload // what selectors matched that had many candidates
}

type label struct{ key, value string }

// Symbolic reports whether it is unknown which namespace this is.
func (n *Namespace) Symbolic() bool { return n.Name == "" }

// String returns the name, "?" for a symbolic namespace, "?2" for the second
// one of a graph.
func (n *Namespace) String() string {
	switch {
	case !n.Symbolic():
		return n.Name
	case n.ordinal > 1:
		return "?" + strconv.Itoa(n.ordinal)
	}
	return "?"
}

// qualify puts the name before that of an object, as messages quote it; where
// the namespace is symbolic, the object's name stands alone.
func (n *Namespace) qualify(name string) string {
	if n.Symbolic() {
		return name
	}
	return n.Name + "/" + name
}

// Matches answers whether a namespaceSelector matches the namespace. A
// namespace without its object in the input has unknown labels beside its
// name; of a symbolic one nothing is known.
func (n *Namespace) Matches(s Selector) Truth {
	if n.Object != nil {
		if s.Matches(n.Labels) {
			return Yes
		}
		return No
	}
	return s.matchesPartly(n.Labels)
}

// link finds what the policies and Services of the namespace select.
func (n *Namespace) link() {
	n.byLabel = indexLabels(n.Workloads)
	n.linkPolicies()
	for _, s := range n.Services {
		if s.Selector != nil {
			s.Workloads = n.Select(*s.Selector)
			for _, w := range s.Workloads {
				w.Services = append(w.Services, s)
			}
		}
	}
}

// linkPolicies finds what the policies of the namespace select. All pairs are
// counted before they are noted: in a large namespace there are millions.
func (n *Namespace) linkPolicies() {
	for i, w := range n.Workloads {
		w.place = i
	}
	count, all := make([]int, len(n.Workloads)), 0
	for _, p := range n.Policies {
		p.Workloads = n.Select(p.Subject)
		all += len(p.Workloads)
		for _, w := range p.Workloads {
			count[w.place]++
		}
	}
	lists := make([]*Policy, all)
	for i, w := range n.Workloads {
		if count[i] > 0 {
			w.Policies, lists = lists[:0:count[i]], lists[count[i]:]
		}
	}
	for _, p := range n.Policies {
		for _, w := range p.Workloads {
			w.Policies = append(w.Policies, p)
		}
	}
}

// Select returns the workloads of the namespace that a selector matches, in
// the order of the graph. Nobody changes the list.
func (n *Namespace) Select(s Selector) []*Workload {
	if s.Everything() {
		return slices.Clip(n.Workloads)
	}
	candidates := narrow(n.Workloads, n.byLabel, s)
	if len(candidates) < fewCandidates {
		return filterWorkloads(candidates, s)
	}
	var room [keyRoom]byte
	key := s.appendKey(room[:0])
	n.mu.Lock()
	defer n.mu.Unlock()
	selected, known := n.wide[string(key)]
	if !known {
		selected = filterWorkloads(candidates, s)
		if n.wide == nil {
			n.wide = map[string][]*Workload{}
		}
		n.wide[string(key)] = selected
	}
	return selected
}

// fewCandidates are looked through sooner than an answer about them is found.
const fewCandidates = 16

func indexLabels(workloads []*Workload) map[label][]*Workload {
	index := map[label][]*Workload{}
	for _, w := range workloads {
		for key, value := range w.Labels {
			index[label{key, value}] = append(index[label{key, value}], w)
		}
	}
	return index
}

// narrow returns the workloads among which those are that a selector matches: the
// fewest that have a label which it asks for.
func narrow(workloads []*Workload, index map[label][]*Workload, s Selector) []*Workload {
	for i, key := range s.keys {
		value, pinned := s.sets[i].one()
		if !pinned {
			continue
		}
		if found := index[label{key, value}]; len(found) < len(workloads) {
			workloads = found
		}
	}
	return workloads
}

func filterWorkloads(workloads []*Workload, s Selector) []*Workload {
	var selected []*Workload
	for _, w := range workloads {
		if s.Matches(w.Labels) {
			selected = append(selected, w)
		}
	}
	return slices.Clip(selected)
}
