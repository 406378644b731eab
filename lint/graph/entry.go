package graph

import (
	"slices"

	"github.com/nplint/nplint/lint/manifest"
)

// Source is where the connections of an [Entry] come from. None of them is a
// pod that a policy's selectors are sure to match.
type Source uint8

const (
	// FromController is the pods of an ingress or gateway controller, or a
	// load balancer that dials pods: Ingress and the routes.
	FromController Source = iota
	// FromOutside is clients outside the cluster, seen with their own address
	// or with that of a node: Services of type LoadBalancer or NodePort,
	// external IPs, host ports.
	FromOutside
	// FromAPIServer is the API server, on the host network of a node or outside
	// the cluster: webhooks and aggregated APIs.
	FromAPIServer
	// FromMonitoring is what scrapes metrics.
	FromMonitoring
)

// Entry is a place in the input that leads connections to pods from elsewhere
// than the application itself, such as one backend of an Ingress.
type Entry struct {
	Object *manifest.Object
	// Path is the field that names the backend.
	Path   manifest.Path
	Source Source
	// ServiceName is the Service that the connections go through, as messages
	// quote it; "" where there is none in between.
	ServiceName string
	// Service is that Service, nil if the input does not hold it.
	Service *Service
	// Targets are the pods and ports that the connections arrive at.
	Targets []Target
}

// Target is a port of the pods of a workload. The number is that which the pods
// listen on, after any translation by a Service.
type Target struct {
	Workload *Workload
	Protocol Protocol
	Port     int
}

// entryReader finds the entries of a graph whose Services are linked.
type entryReader struct {
	g        *Graph
	services map[serviceKey]*Service
	entries  []*Entry
}

type serviceKey struct {
	namespace *Namespace
	name      string
}

// readEntries fills in the entries.
func (g *Graph) readEntries() {
	r := &entryReader{g: g, services: make(map[serviceKey]*Service, len(g.Services))}
	for _, s := range g.Services {
		r.services[serviceKey{s.Namespace, s.Name}] = s
		r.service(s)
	}
	for _, w := range g.Workloads {
		r.workload(w)
	}
	for _, o := range g.objects {
		r.object(o)
	}
	slices.SortStableFunc(r.entries, func(a, b *Entry) int { return compare(a.Object, b.Object) })
	g.Entries = r.entries
}

// object reads the kinds that refer to Services or pods and are nothing else
// to the graph.
func (r *entryReader) object(o *manifest.Object) {
	switch o.ID.Kind {
	case "Ingress":
		r.ingress(o)
	case "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute":
		r.gatewayRoute(o)
	case "Route":
		r.openShiftRoute(o)
	case "IngressRoute", "IngressRouteTCP", "IngressRouteUDP":
		r.traefikRoute(o)
	case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CustomResourceDefinition", "APIService":
		r.callbacks(o)
	case "ServiceMonitor":
		r.serviceMonitor(o)
	case "PodMonitor":
		r.podMonitor(o)
	}
}

func (r *entryReader) add(e *Entry) { r.entries = append(r.entries, e) }

// backend adds an entry that leads to ports of a Service. An empty namespace is
// that of the object.
func (r *entryReader) backend(o *manifest.Object, path manifest.Path, source Source, namespace, name string, wanted func(ServicePort) bool) {
	n := r.g.Namespace(namespace)
	if namespace == "" {
		n = r.g.namespaceOf(o)
		namespace = n.Name
	}
	e := &Entry{Object: o, Path: path, Source: source, ServiceName: "Service/" + name}
	if namespace != "" {
		e.ServiceName = namespace + "/" + e.ServiceName
	}
	if e.Service = r.services[serviceKey{n, name}]; e.Service != nil {
		for _, p := range e.Service.Ports {
			if wanted(p) {
				e.Targets = append(e.Targets, e.Service.targets(p)...)
			}
		}
	}
	r.add(e)
}

// targets returns what one port of the Service leads to.
func (s *Service) targets(p ServicePort) []Target {
	var targets []Target
	for _, w := range s.Workloads {
		if number, ok := p.TargetOn(w); ok {
			targets = append(targets, Target{w, p.Protocol, number})
		}
	}
	return targets
}

// numbered wants the port of a number, or of a name where the value is one.
func numbered(port manifest.Value) func(ServicePort) bool {
	number, ok := port.Int()
	return func(p ServicePort) bool {
		if ok {
			return p.Port == number
		}
		return p.Name == port.Text() && p.Name != ""
	}
}
