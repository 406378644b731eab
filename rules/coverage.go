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
	// severity is info where policies may be meant for the namespace that are
	// found in none, otherwise zero.
	severity lint.Severity
	// open are the workloads that no policy selects.
	open []*graph.Workload
}

// coverages returns the namespaces of users that hold workloads, in the order
// of the graph. Left out are those for which the input does not say what
// isolates their pods: where there are policies that nplint does not evaluate,
// or that the API server refuses.
func coverages(pass *lint.Pass) []coverage {
	strays := newStrays(pass.Graph)
	var all []coverage
	for _, n := range pass.Graph.Namespaces {
		if pass.Options.System(n.Name) || pass.Graph.MayBeIsolated(n) || slices.ContainsFunc(n.Policies, unknownSubject) {
			continue
		}
		pods := slices.DeleteFunc(slices.Clone(n.Workloads), outOfReach)
		if len(pods) == 0 {
			continue
		}
		c := coverage{namespace: n, open: openWorkloads(n, pods)}
		others := strays.of(n)
		if others.bare > 0 {
			c.severity = lint.Info
		}
		if !pass.Options.Complete && (others != tally{} || len(pass.Bundle.Skipped) > 0) {
			c.certainty = lint.Possible
		}
		all = append(all, c)
	}
	return all
}

// outOfReach reports whether no policy is expected for a workload: most plugins
// do not isolate the host network, and Helm's hooks end soon.
func outOfReach(w *graph.Workload) bool { return w.HostNetwork || w.Hook }

// mostNearMisses bounds how many pairs of policy and workload are compared
// letter by letter. Where there are more, no single slip explains what is open.
const mostNearMisses = 100_000

// openWorkloads returns the workloads that no policy selects, except those that
// a policy misses by a slip, which is a finding of its own.
func openWorkloads(n *graph.Namespace, pods []*graph.Workload) []*graph.Workload {
	var open []*graph.Workload
	for _, w := range pods {
		if len(w.Policies) == 0 && !unknownLabels(w) {
			open = append(open, w)
		}
	}
	var dangling []*graph.Policy
	for _, p := range n.Policies {
		if len(p.Workloads) == 0 {
			dangling = append(dangling, p)
		}
	}
	if len(open)*len(dangling) > mostNearMisses {
		return open
	}
	return slices.DeleteFunc(open, func(w *graph.Workload) bool {
		return slices.ContainsFunc(dangling, func(p *graph.Policy) bool { return meantFor(p, w) })
	})
}

// meantFor reports whether a policy would select a workload but for a label
// that is misspelt or that the workload lacks. A label with another value means
// another workload.
func meantFor(p *graph.Policy, w *graph.Workload) bool {
	miss, near := findNearMiss(p.Subject, newLexicon([]*graph.Workload{w}))
	if !near || miss.typo {
		return near
	}
	_, present := w.Labels[miss.key]
	return !present
}

// unknownSubject reports whether it cannot be known what a policy selects.
func unknownSubject(p *graph.Policy) bool {
	return p.Subject.Invalid || holdsVariable(p.Subject.String())
}

func unknownLabels(w *graph.Workload) bool {
	for _, value := range w.Labels {
		if holdsVariable(value) {
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
