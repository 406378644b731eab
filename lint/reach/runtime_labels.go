package reach

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/graph"
)

// runtimeLabels are the label keys that controllers put on the pods that they
// make, by the kind of the workload. That the key is there is certain, its
// value is not (k8s.io/api apps/v1 and batch/v1).
var runtimeLabels = map[string][]string{
	"Deployment":  {"pod-template-hash"},
	"ReplicaSet":  {},
	"DaemonSet":   {"controller-revision-hash"},
	"StatefulSet": {"controller-revision-hash", podName, "apps.kubernetes.io/pod-index"},
	"Job":         {"batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid", "job-name", "controller-uid"},
	"CronJob":     {"batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid", "job-name", "controller-uid"},
}

const podName = "statefulset.kubernetes.io/pod-name"

// nodeLabels are copied from the node to the pod, on clusters that do so.
var nodeLabels = []string{"topology.kubernetes.io/zone", "topology.kubernetes.io/region"}

// allRuntimeLabels are the keys of all kinds and nodes together.
var allRuntimeLabels = func() map[string]bool {
	all := map[string]bool{"batch.kubernetes.io/job-completion-index": true}
	for _, key := range nodeLabels {
		all[key] = true
	}
	for _, keys := range runtimeLabels {
		for _, key := range keys {
			all[key] = true
		}
	}
	return all
}()

func isRuntimeLabel(key string) bool { return allRuntimeLabels[key] }

// mentionsRuntime reports whether a selector asks for a label that the manifest
// of a workload does not tell.
func mentionsRuntime(s graph.Selector) bool { return slices.ContainsFunc(s.Keys(), isRuntimeLabel) }

// matches answers whether a selector of pods matches those of a class.
func (c *class) matches(s graph.Selector) graph.Truth {
	if s.Invalid {
		return graph.Maybe
	}
	if s.Unsatisfiable() {
		return graph.No
	}
	if !mentionsRuntime(s) {
		return truth(s.Matches(c.labels))
	}
	answer := graph.Yes
	for _, key := range s.Keys() {
		answer = min(answer, c.matchesKey(s, key))
	}
	return answer
}

func (c *class) matchesKey(s graph.Selector, key string) graph.Truth {
	if _, written := c.labels[key]; written || !isRuntimeLabel(key) {
		return truth(s.MatchesKey(key, c.labels))
	}
	if slices.Contains(nodeLabels, key) || key == "batch.kubernetes.io/job-completion-index" {
		return graph.Maybe
	}
	if !slices.Contains(runtimeLabels[c.kind], key) {
		return truth(s.MatchesKey(key, c.labels))
	}
	values, listed := s.Values(key)
	switch {
	case s.Requires(key):
		return graph.Yes
	case s.Forbids(key):
		return graph.No
	case listed && key == podName && !slices.ContainsFunc(values, c.mayBePod):
		return graph.No
	}
	return graph.Maybe
}

// mayBePod reports whether a name may be that of a pod of the class, which is a
// StatefulSet's: its own name and an ordinal.
func (c *class) mayBePod(name string) bool {
	return slices.ContainsFunc(c.workloads, func(w *graph.Workload) bool {
		ordinal, ours := strings.CutPrefix(name, w.Name+"-")
		return ours && ordinal != "" && strings.Trim(ordinal, "0123456789") == ""
	})
}

func truth(b bool) graph.Truth {
	if b {
		return graph.Yes
	}
	return graph.No
}
