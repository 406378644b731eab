package graph

import (
	"strings"

	"github.com/nplint/nplint/lint/manifest"
)

// External reports whether the Service is meant for clients outside the
// cluster.
func (s *Service) External() bool {
	return s.Type == "LoadBalancer" || s.Type == "NodePort" || len(s.ExternalIPs) > 0 && s.Type != "ExternalName"
}

// service reads the ports of a Service that clients outside the cluster reach,
// and the request to scrape it.
func (r *entryReader) service(s *Service) {
	if s.External() {
		for _, p := range s.Ports {
			r.add(&Entry{Object: s.Object, Path: p.Path, Source: FromOutside, ServiceName: s.String(), Service: s, Targets: s.targets(p)})
		}
	}
	annotations := manifest.Field("metadata", "annotations")
	if port, asked := scraped(s.Object.Value.At(annotations)); asked {
		e := &Entry{Object: s.Object, Path: annotations.Key(scrape), Source: FromMonitoring, ServiceName: s.String(), Service: s}
		for _, p := range s.Ports {
			if port == 0 {
				e.Targets = append(e.Targets, s.targets(p)...)
			}
		}
		if port != 0 {
			for _, w := range s.Workloads {
				e.Targets = append(e.Targets, Target{w, TCP, port})
			}
		}
		r.add(e)
	}
}

// workload reads the ports that a pod opens on its node, and the request to
// scrape it. A pod on the host network opens all its ports there; it is no
// endpoint of its own.
func (r *entryReader) workload(w *Workload) {
	if w.HostNetwork {
		return
	}
	for _, p := range w.Ports {
		if p.HostPort != 0 && !p.Init {
			r.add(&Entry{Object: w.Object, Path: p.Path.Key("hostPort"), Source: FromOutside, Targets: []Target{{w, p.Protocol, p.Number}}})
		}
	}
	annotations := append(w.LabelsPath[:len(w.LabelsPath)-1:len(w.LabelsPath)-1], manifest.Field("annotations")...)
	port, asked := scraped(w.Object.Value.At(annotations))
	if !asked {
		return
	}
	e := &Entry{Object: w.Object, Path: annotations.Key(scrape), Source: FromMonitoring}
	if port != 0 {
		e.Targets = []Target{{w, TCP, port}}
	}
	for _, p := range w.Ports {
		if port == 0 && p.Protocol == TCP && !p.Init {
			e.Targets = append(e.Targets, Target{w, TCP, p.Number})
		}
	}
	r.add(e)
}

// internalAnnotations ask for a load balancer that only the private network
// reaches.
var internalAnnotations = map[string]string{
	"service.beta.kubernetes.io/aws-load-balancer-internal":              "true",
	"service.beta.kubernetes.io/aws-load-balancer-scheme":                "internal",
	"service.beta.kubernetes.io/azure-load-balancer-internal":            "true",
	"networking.gke.io/load-balancer-type":                               "internal",
	"cloud.google.com/load-balancer-type":                                "internal",
	"service.beta.kubernetes.io/openstack-internal-load-balancer":        "true",
	"service.beta.kubernetes.io/oci-load-balancer-internal":              "true",
	"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type":     "private",
	"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": "intranet",
}

func internal(annotations map[string]string) bool {
	for key, want := range internalAnnotations {
		if strings.EqualFold(annotations[key], want) {
			return true
		}
	}
	// An early form of the annotation for AWS held the allowed sources.
	return annotations["service.beta.kubernetes.io/aws-load-balancer-internal"] == "0.0.0.0/0"
}
