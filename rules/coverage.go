package rules

import (
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var metadataName = manifest.Field("metadata", "name")

// coverage is a namespace with pods that policies should isolate.
type coverage struct {
	namespace *graph.Namespace
	certainty lint.Certainty
	// open are the workloads that no policy selects.
	open []*graph.Workload
}

// coverages returns the namespaces of users that hold workloads, in the order
// of the graph. Left out are those for which the input does not say what
// isolates their pods: where there are policies that nplint does not evaluate,
// that the API server refuses, or that stand in no known namespace and may
// belong here.
func coverages(pass *lint.Pass) []coverage {
	homeless := newHomeless(pass.Graph)
	var all []coverage
	for _, n := range pass.Graph.Namespaces {
		if pass.Options.System(n.Name) || pass.Graph.MayBeIsolated(n) || slices.ContainsFunc(n.Policies, unknownSubject) {
			continue
		}
		pods := slices.DeleteFunc(slices.Clone(n.Workloads), outOfReach)
		elsewhere := homeless.policies(n)
		if len(pods) == 0 || elsewhere == bare {
			continue
		}
		c := coverage{namespace: n, open: openWorkloads(n, pods)}
		if !pass.Options.Complete && (elsewhere != none || len(pass.Bundle.Skipped) > 0) {
			c.certainty = lint.Possible
		}
		all = append(all, c)
	}
	return all
}

// outOfReach reports whether no policy is expected for a workload: most plugins
// do not isolate the host network, and Helm's hooks end soon.
func outOfReach(w *graph.Workload) bool { return w.HostNetwork || w.Hook }

// mostSlips bounds how many pairs of policy and workload are compared letter by
// letter. Where there are more, no single slip explains what is open.
const mostSlips = 100_000

// openWorkloads returns the workloads that no policy selects, except those that
// a policy misses by a slip.
func openWorkloads(n *graph.Namespace, pods []*graph.Workload) []*graph.Workload {
	var open []*graph.Workload
	for _, w := range pods {
		if len(w.Policies) == 0 && !unknownLabels(w) {
			open = append(open, w)
		}
	}
	dangling := danglingSubjects(n)
	if len(open)*len(dangling) > mostSlips {
		return open
	}
	return slices.DeleteFunc(open, func(w *graph.Workload) bool { return meantFor(w, dangling) })
}

// unknownSubject reports whether it cannot be known what a policy selects.
func unknownSubject(p *graph.Policy) bool {
	return p.Subject.Invalid || templateVariable.MatchString(p.Subject.String())
}

func unknownLabels(w *graph.Workload) bool {
	for _, value := range w.Labels {
		if templateVariable.MatchString(value) {
			return true
		}
	}
	return false
}

// place returns the object that stands for the namespace: its own, else the
// first workload that is open.
func (c coverage) place() *manifest.Object {
	if c.namespace.Object != nil {
		return c.namespace.Object
	}
	return c.open[0].Object
}

// places returns the places of open workloads other than the one that a
// diagnostic stands at.
func places(at *manifest.Object, open []*graph.Workload, message string) []lint.Related {
	var out []lint.Related
	for _, w := range open {
		if w.Object != at {
			out = append(out, lint.Related{Object: w.Object, Path: metadataName, Message: message})
		}
	}
	return out
}

// elsewhere says what policies there are that may belong to a namespace,
// because they or the namespace have no name. Policies without any workload
// beside them are bare: they were written for pods that stand somewhere else.
type elsewhere uint8

const (
	none elsewhere = iota
	accompanied
	bare
)

// homeless counts the namespaces that hold policies, and those that hold
// nothing but policies: all of them, and the ones without a name.
type homeless struct{ all, symbolic [2]int }

func newHomeless(g *graph.Graph) homeless {
	var h homeless
	for _, n := range g.Namespaces {
		kind, holds := holdsPolicies(n)
		if !holds {
			continue
		}
		h.all[kind]++
		if n.Symbolic() {
			h.symbolic[kind]++
		}
	}
	return h
}

// holdsPolicies returns 1 for a namespace with policies only, else 0.
func holdsPolicies(n *graph.Namespace) (kind int, holds bool) {
	if len(n.Workloads) == 0 {
		kind = 1
	}
	return kind, len(n.Policies)+len(n.Unmodelled) > 0
}

// policies tells what policies of other namespaces may belong to n.
func (h homeless) policies(n *graph.Namespace) elsewhere {
	counts := h.symbolic
	if n.Symbolic() {
		counts = h.all
		if kind, holds := holdsPolicies(n); holds {
			counts[kind]--
		}
	}
	switch {
	case counts[1] > 0:
		return bare
	case counts[0] > 0:
		return accompanied
	}
	return none
}
