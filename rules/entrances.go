package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// entrances are the Services to which something leads from outside the cluster.
type entrances map[serviceID]bool

type serviceID struct{ namespace, root, name string }

var routeKinds = []string{"Ingress", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "Route"}

func newEntrances(bundle *manifest.Bundle) entrances {
	e := entrances{}
	for _, o := range bundle.Objects {
		if slices.Contains(routeKinds, o.ID.Kind) {
			e.read(o, o.Value.Get("spec"))
		}
	}
	return e
}

// read finds the backends that a route names, wherever in its spec they stand: a
// reference is a map under "service", or one of backendRefs or of a Route's "to".
func (e entrances) read(o *manifest.Object, v manifest.Value) {
	for _, item := range v.Items() {
		e.read(o, item)
	}
	for _, key := range v.Keys() {
		field := v.Get(key)
		switch key {
		case "serviceName":
			e.add(o, "", field.Text())
		case "service", "to":
			e.add(o, "", field.Get("name").Text())
		case "backendRefs", "alternateBackends":
			for _, ref := range field.Items() {
				e.add(o, ref.Get("namespace").Text(), ref.Get("name").Text())
			}
		}
		e.read(o, field)
	}
}

func (e entrances) add(o *manifest.Object, namespace, name string) {
	id := serviceID{namespace: namespace, name: name}
	if namespace == "" {
		id.namespace = o.ID.Namespace
	}
	if id.namespace == "" {
		id.root = o.Root
	}
	e[id] = true
}

// leadTo reports whether something leads from outside to the pods of a workload.
func (e entrances) leadTo(w *graph.Workload) bool {
	return slices.ContainsFunc(w.Namespace.Services, func(s *graph.Service) bool {
		return slices.Contains(s.Workloads, w) && e.leadToService(s)
	})
}

func (e entrances) leadToService(s *graph.Service) bool {
	return s.Type == "LoadBalancer" || s.Type == "NodePort" || len(s.Object.Value.Get("spec").Get("externalIPs").Items()) > 0 ||
		e[serviceID{s.Namespace.Name, s.Namespace.Root, s.Name}]
}
