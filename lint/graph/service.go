package graph

import (
	"github.com/nplint/nplint/lint/manifest"
)

// Service is a core/v1 Service.
type Service struct {
	Object    *manifest.Object
	Name      string
	Namespace *Namespace
	Type      string // ClusterIP where none is written
	// Selector selects the backing pods. It is nil for a Service without one,
	// whose endpoints somebody else maintains: unlike in a policy, an empty
	// selector does not select everything.
	Selector *Selector
	Ports    []ServicePort
	// Headless says that clients get the pods' addresses from DNS and dial their
	// ports directly.
	Headless    bool
	ExternalIPs []string
	// LocalTraffic says that externalTrafficPolicy is Local: pods see the
	// clients' own addresses. Otherwise a node may put its own in their place.
	LocalTraffic bool
	// Internal says that an annotation or a loadBalancerClass asks for a load
	// balancer that may serve a private network only.
	Internal bool
	// Workloads are those that the selector matches.
	Workloads []*Workload
}

// String returns the name as messages quote it: shop/Service/web.
func (s *Service) String() string { return s.Namespace.qualify("Service/" + s.Name) }

// ServicePort is one port of a Service.
type ServicePort struct {
	Path     manifest.Path
	Name     string
	Protocol Protocol
	Port     int
	// Target is the number of the port on the pods, 0 where TargetName names a
	// port that each pod resolves by itself.
	Target     int
	TargetName string
	NodePort   int
}

// TargetOn returns the port number on the pods of a workload. A name is
// resolved by their containers, the first one wins; ok is false if none has it
// with the protocol.
func (p ServicePort) TargetOn(w *Workload) (number int, ok bool) {
	if p.TargetName == "" {
		return p.Target, true
	}
	for _, port := range w.Ports {
		if port.Name == p.TargetName && port.Protocol == p.Protocol && !port.Init {
			return port.Number, true
		}
	}
	return 0, false
}

func newService(o *manifest.Object, known paths) *Service {
	spec := o.Value.Get("spec")
	s := &Service{
		Object: o, Name: o.ID.Name, Type: spec.Get("type").Text(),
		Headless:     spec.Get("clusterIP").Text() == "None",
		LocalTraffic: spec.Get("externalTrafficPolicy").Text() == "Local",
		Internal: spec.Get("loadBalancerClass").Text() != "" ||
			internal(o.Value.Get("metadata").Get("annotations").Strings()),
	}
	for _, ip := range spec.Get("externalIPs").Items() {
		s.ExternalIPs = append(s.ExternalIPs, ip.Text())
	}
	if s.Type == "" {
		s.Type = "ClusterIP"
	}
	if labels := spec.Get("selector").Strings(); len(labels) > 0 && s.Type != "ExternalName" {
		selector := SelectorOf(labels)
		s.Selector = &selector
	}
	for i, v := range spec.Get("ports").Items() {
		p := ServicePort{
			Path: known.item(known.key(specPath, "ports"), i),
			Name: v.Get("name").Text(), Protocol: protocolOf(v.Get("protocol")),
		}
		p.Port, _ = v.Get("port").Int()
		p.NodePort, _ = v.Get("nodePort").Int()
		target := v.Get("targetPort")
		if n, ok := target.Int(); ok && n != 0 {
			p.Target = n
		} else if target.Kind() == manifest.String && target.Text() != "" {
			p.TargetName = target.Text()
		} else {
			p.Target = p.Port
		}
		s.Ports = append(s.Ports, p)
	}
	return s
}
