package graph

import (
	"strconv"

	"github.com/nplint/nplint/lint/manifest"
)

// callbacks reads what the API server calls: admission and conversion webhooks,
// and aggregated APIs.
func (r *entryReader) callbacks(o *manifest.Object) {
	call := func(path manifest.Path) {
		v := o.Value.At(path)
		if v.Get("name").Text() == "" {
			return
		}
		port := v.Get("port")
		if port.Empty() {
			port = manifest.Scalar(manifest.Int, "443", false)
		}
		r.backend(o, path, FromAPIServer, v.Get("namespace").Text(), v.Get("name").Text(), numbered(port))
	}
	switch o.ID.Kind {
	case "APIService":
		call(manifest.Field("spec", "service"))
	case "CustomResourceDefinition":
		call(manifest.Field("spec", "conversion", "webhook", "clientConfig", "service"))
		call(manifest.Field("spec", "conversion", "webhookClientConfig", "service")) // v1beta1
	default:
		for i := range o.Value.Get("webhooks").Items() {
			call(manifest.Field("webhooks").Item(i).Key("clientConfig").Key("service"))
		}
	}
}

// serviceMonitor reads a monitoring.coreos.com/v1 ServiceMonitor: per endpoint
// one entry for each Service that it selects.
func (r *entryReader) serviceMonitor(o *manifest.Object) {
	spec := o.Value.Get("spec")
	selector := NewSelector(spec.Get("selector"))
	for i, endpoint := range spec.Get("endpoints").Items() {
		for _, n := range r.monitored(o) {
			for _, s := range n.Services {
				if !selector.Matches(s.Object.Value.Get("metadata").Get("labels").Strings()) {
					continue
				}
				e := &Entry{
					Object: o, Path: manifest.Field("spec", "endpoints").Item(i), Source: FromMonitoring,
					ServiceName: s.String(), Service: s,
				}
				for _, p := range s.Ports {
					if port := endpoint.Get("port").Text(); port != "" && p.Name == port {
						e.Targets = append(e.Targets, s.targets(p)...)
					}
				}
				for _, w := range s.Workloads {
					if endpoint.Get("port").Empty() {
						e.Targets = append(e.Targets, w.ports(endpoint.Get("targetPort"))...)
					}
				}
				r.add(e)
			}
		}
	}
}

// podMonitor reads a monitoring.coreos.com/v1 PodMonitor.
func (r *entryReader) podMonitor(o *manifest.Object) {
	spec := o.Value.Get("spec")
	selector := NewSelector(spec.Get("selector"))
	for i, endpoint := range spec.Get("podMetricsEndpoints").Items() {
		e := &Entry{Object: o, Path: manifest.Field("spec", "podMetricsEndpoints").Item(i), Source: FromMonitoring}
		port := endpoint.Get("port")
		for _, field := range []string{"portNumber", "targetPort"} {
			if port.Empty() {
				port = endpoint.Get(field)
			}
		}
		for _, n := range r.monitored(o) {
			for _, w := range n.Select(selector) {
				e.Targets = append(e.Targets, w.ports(port)...)
			}
		}
		r.add(e)
	}
}

// monitored returns the namespaces that a monitor looks into: its own unless it
// names others.
func (r *entryReader) monitored(o *manifest.Object) []*Namespace {
	v := o.Value.Get("spec").Get("namespaceSelector")
	switch names := v.Get("matchNames").Items(); {
	case v.Get("any").True():
		return r.g.Namespaces
	case len(names) > 0:
		var found []*Namespace
		for _, name := range names {
			if n := r.g.Namespace(name.Text()); n != nil {
				found = append(found, n)
			}
		}
		return found
	}
	return []*Namespace{r.g.namespaceOf(o)}
}

// ports returns the ports of a workload's containers by name, or the one of a
// number whether or not it is declared.
func (w *Workload) ports(port manifest.Value) []Target {
	if number, ok := port.Int(); ok {
		return []Target{{w, TCP, number}}
	}
	for _, p := range w.Ports {
		if p.Name == port.Text() && p.Name != "" && p.Protocol == TCP && !p.Init {
			return []Target{{w, TCP, p.Number}}
		}
	}
	return nil
}

const scrape = "prometheus.io/scrape"

// scraped reads the annotations by which many configurations of Prometheus find
// what to scrape; port is 0 where they name none.
func scraped(annotations manifest.Value) (port int, asked bool) {
	if annotations.Get(scrape).Text() != "true" {
		return 0, false
	}
	port, _ = strconv.Atoi(annotations.Get("prometheus.io/port").Text())
	return port, true
}
