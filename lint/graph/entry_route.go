package graph

import (
	"github.com/nplint/nplint/lint/manifest"
)

// ingress reads an Ingress: networking.k8s.io/v1, or the v1beta1 of either
// group, which names Services by serviceName and servicePort.
func (r *entryReader) ingress(o *manifest.Object) {
	spec, path := o.Value.Get("spec"), manifest.Field("spec")
	for _, field := range []string{"defaultBackend", "backend"} {
		r.ingressBackend(o, spec.Get(field), path.Key(field))
	}
	for i, rule := range spec.Get("rules").Items() {
		for j, p := range rule.Get("http").Get("paths").Items() {
			at := path.Key("rules").Item(i).Key("http").Key("paths").Item(j).Key("backend")
			r.ingressBackend(o, p.Get("backend"), at)
		}
	}
}

func (r *entryReader) ingressBackend(o *manifest.Object, v manifest.Value, path manifest.Path) {
	if name := v.Get("serviceName"); name.Text() != "" {
		r.backend(o, path.Key("serviceName"), FromController, "", name.Text(), numbered(v.Get("servicePort")))
		return
	}
	service := v.Get("service")
	name := service.Get("name").Text()
	if name == "" {
		return // a resource of another kind
	}
	port := service.Get("port").Get("number")
	if !port.Exists() {
		port = service.Get("port").Get("name")
	}
	r.backend(o, path.Key("service"), FromController, "", name, numbered(port))
}

// gatewayRoute reads a route of gateway.networking.k8s.io.
func (r *entryReader) gatewayRoute(o *manifest.Object) {
	for i, rule := range o.Value.Get("spec").Get("rules").Items() {
		for j, ref := range rule.Get("backendRefs").Items() {
			kind := ref.Get("kind").Text()
			if ref.Get("group").Text() != "" || kind != "" && kind != "Service" {
				continue
			}
			path := manifest.Field("spec", "rules").Item(i).Key("backendRefs").Item(j)
			r.backend(o, path, FromController, ref.Get("namespace").Text(), ref.Get("name").Text(), numbered(ref.Get("port")))
		}
	}
}

// openShiftRoute reads a route.openshift.io/v1 Route. Its targetPort is the name
// of a Service's port or the number of a port of the pods; without one, the
// router uses every port.
func (r *entryReader) openShiftRoute(o *manifest.Object) {
	spec := o.Value.Get("spec")
	port := spec.Get("port").Get("targetPort")
	wanted := func(p ServicePort) bool {
		if number, ok := port.Int(); ok {
			return p.Target == number
		}
		return port.Empty() || p.Name == port.Text() || p.TargetName == port.Text()
	}
	to := func(v manifest.Value, path manifest.Path) {
		if kind := v.Get("kind").Text(); v.Get("name").Text() != "" && (kind == "" || kind == "Service") {
			r.backend(o, path, FromController, "", v.Get("name").Text(), wanted)
		}
	}
	to(spec.Get("to"), manifest.Field("spec", "to"))
	for i, v := range spec.Get("alternateBackends").Items() {
		to(v, manifest.Field("spec", "alternateBackends").Item(i))
	}
}

// traefikRoute reads an IngressRoute of Traefik.
func (r *entryReader) traefikRoute(o *manifest.Object) {
	for i, route := range o.Value.Get("spec").Get("routes").Items() {
		for j, s := range route.Get("services").Items() {
			if kind := s.Get("kind").Text(); kind != "" && kind != "Service" {
				continue
			}
			path := manifest.Field("spec", "routes").Item(i).Key("services").Item(j)
			r.backend(o, path, FromController, s.Get("namespace").Text(), s.Get("name").Text(), numbered(s.Get("port")))
		}
	}
}
