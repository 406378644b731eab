package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// mesh is a service mesh that puts a proxy before pods, and what the proxy needs.
type mesh struct {
	// d is the direction in which the pods need the port over TCP, need says why.
	d    graph.Direction
	port int
	need string
	// member reports whether the mesh takes in the pods of a workload.
	member func(w *graph.Workload) bool
}

// meshes are the known ones (istio.io/latest/docs/ambient/usage/networkpolicy,
// istio.io/latest/docs/ops/deployment/application-requirements,
// linkerd.io/2/reference/architecture).
var meshes = []mesh{
	{
		d: graph.Ingress, port: 15008, need: "on which connections arrive in Istio's ambient mode",
		member: func(w *graph.Workload) bool {
			return marked(w, "istio.io/dataplane-mode", "none", "ambient") && !injected(w)
		},
	},
	{d: graph.Egress, port: 15012, need: "of Istio's control plane, without which the sidecar does not start", member: injected},
	{
		d: graph.Egress, port: 8086, need: "of Linkerd's control plane, without which the proxy finds no destination",
		member: func(w *graph.Workload) bool { return marked(w, "linkerd.io/inject", "disabled", "enabled", "ingress") },
	},
}

// injected reports whether Istio puts a sidecar into the pods of a workload.
func injected(w *graph.Workload) bool {
	switch sidecar, _ := mark(w, "sidecar.istio.io/inject"); {
	case sidecar == "true":
		return true
	case sidecar == "false" || w.HostNetwork:
		return false
	}
	labels := w.Namespace.Labels
	return labels["istio-injection"] == "enabled" || labels["istio.io/rev"] != "" && labels["istio-injection"] == "" && labels["istio.io/dataplane-mode"] == ""
}

// marked reports whether a label or annotation of the pods, else of their
// namespace, has one of some values.
func marked(w *graph.Workload, key, off string, on ...string) bool {
	value, found := mark(w, key)
	if !found {
		value = w.Namespace.Labels[key]
		if n := w.Namespace.Object; value == "" && n != nil {
			value = n.Value.Get("metadata").Get("annotations").Get(key).Text()
		}
	}
	return value != off && slices.Contains(on, value)
}

// mark returns the label or annotation of the pods of a workload.
func mark(w *graph.Workload, key string) (value string, found bool) {
	if value, found = w.Labels[key]; found || len(w.LabelsPath) == 0 {
		return value, found
	}
	v := w.Object.Value.At(w.LabelsPath[:len(w.LabelsPath)-1]).Get("annotations").Get(key)
	return v.Text(), v.Exists()
}
