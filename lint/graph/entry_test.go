package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nplint/nplint/lint/graph"
)

func entries(t *testing.T, text string) []string {
	t.Helper()
	var lines []string
	for _, e := range graph.New(objects(t, text)).Entries {
		line := e.Object.ID.Kind + " " + e.Path.String() + " " + e.ServiceName
		if e.ServiceName != "" && e.Service == nil {
			line += " unknown"
		}
		for _, target := range e.Targets {
			line += fmt.Sprintf(", %s:%d/%s", target.Workload, target.Port, target.Protocol)
		}
		lines = append(lines, line)
	}
	return lines
}

const backends = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{ports: [{containerPort: 8080, name: http}, {containerPort: 9090, name: metrics}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 9090}]
---
`

// TestEntries walks the kinds that lead connections to pods.
func TestEntries(t *testing.T) {
	const http, metrics = ", shop/Deployment/web:8080/TCP", ", shop/Deployment/web:9090/TCP"
	tests := []struct {
		kind, rest string
		want       []string
	}{
		{"networking.k8s.io/v1 Ingress", "spec: {defaultBackend: {resource: {kind: Bucket, name: b}}, rules: [{http: {paths: [{backend: {service: {name: web, port: {name: http}}}}, {backend: {service: {name: gone, port: {number: 80}}}}]}}]}",
			[]string{"spec.rules[0].http.paths[0].backend.service shop/Service/web" + http, "spec.rules[0].http.paths[1].backend.service shop/Service/gone unknown"}},
		{"extensions/v1beta1 Ingress", "spec: {backend: {serviceName: web, servicePort: 80}, rules: [{http: {paths: [{backend: {serviceName: web, servicePort: metrics}}]}}]}",
			[]string{"spec.backend.serviceName shop/Service/web" + http, "spec.rules[0].http.paths[0].backend.serviceName shop/Service/web" + metrics}},
		{"gateway.networking.k8s.io/v1 HTTPRoute", "spec: {rules: [{backendRefs: [{name: web, port: 80}, {name: web, namespace: other, port: 80}, {group: x, kind: Y, name: web}]}]}",
			[]string{"spec.rules[0].backendRefs[0] shop/Service/web" + http, "spec.rules[0].backendRefs[1] other/Service/web unknown"}},
		{"gateway.networking.k8s.io/v1alpha2 TCPRoute", "spec: {rules: [{backendRefs: [{kind: Service, name: web, port: 9090}]}]}",
			[]string{"spec.rules[0].backendRefs[0] shop/Service/web" + metrics}},
		{"route.openshift.io/v1 Route", "spec: {to: {kind: Service, name: web}, alternateBackends: [{kind: Service, name: web}], port: {targetPort: http}}",
			[]string{"spec.to shop/Service/web" + http, "spec.alternateBackends[0] shop/Service/web" + http}},
		{"route.openshift.io/v1 Route", "spec: {to: {name: web}}", []string{"spec.to shop/Service/web" + http + metrics}},
		{"route.openshift.io/v1 Route", "spec: {to: {name: web}, port: {targetPort: 9090}}", []string{"spec.to shop/Service/web" + metrics}},
		{"traefik.io/v1alpha1 IngressRoute", "spec: {routes: [{services: [{name: web, port: http}, {kind: TraefikService, name: web}]}]}",
			[]string{"spec.routes[0].services[0] shop/Service/web" + http}},
		{"v1 Service", "spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 443, targetPort: 8443}]}",
			[]string{"spec.ports[0] shop/Service/o, shop/Deployment/web:8443/TCP"}},
		{"v1 Service", "spec: {externalIPs: [192.0.2.1], selector: {app: web}, ports: [{port: 53, protocol: UDP}]}",
			[]string{"spec.ports[0] shop/Service/o, shop/Deployment/web:53/UDP"}},
		{"v1 Service", "spec: {selector: {app: web}, ports: [{port: 80}]}", nil},
		{"v1 Pod", "spec: {containers: [{ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81}]}]}",
			[]string{"spec.containers[0].ports[0].hostPort , shop/Pod/o:80/TCP"}},
		{"v1 Pod", "spec: {hostNetwork: true, containers: [{ports: [{containerPort: 80, hostPort: 80}]}]}", nil},
		{"admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration", "webhooks: [{clientConfig: {service: {namespace: shop, name: web, port: 80}}}, {clientConfig: {url: 'https://x'}}, {clientConfig: {service: {namespace: shop, name: web}}}]",
			[]string{"webhooks[0].clientConfig.service shop/Service/web" + http, "webhooks[2].clientConfig.service shop/Service/web"}},
		{"apiextensions.k8s.io/v1 CustomResourceDefinition", "spec: {conversion: {webhook: {clientConfig: {service: {namespace: shop, name: web, port: 9090}}}}}",
			[]string{"spec.conversion.webhook.clientConfig.service shop/Service/web" + metrics}},
		{"apiregistration.k8s.io/v1 APIService", "spec: {service: {namespace: shop, name: web, port: 80}}", []string{"spec.service shop/Service/web" + http}},
		{"apiregistration.k8s.io/v1 APIService", "spec: {group: apps}", nil},
		{"monitoring.coreos.com/v1 ServiceMonitor", "spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: metrics}, {targetPort: http}, {targetPort: 9999}]}",
			[]string{"spec.endpoints[0] shop/Service/web" + metrics, "spec.endpoints[1] shop/Service/web" + http, "spec.endpoints[2] shop/Service/web, shop/Deployment/web:9999/TCP"}},
		{"monitoring.coreos.com/v1 ServiceMonitor", "spec: {selector: {}, namespaceSelector: {matchNames: [other]}, endpoints: [{port: metrics}]}", nil},
		{"monitoring.coreos.com/v1 PodMonitor", "spec: {selector: {}, namespaceSelector: {any: true}, podMetricsEndpoints: [{port: metrics}, {portNumber: 1}]}",
			[]string{"spec.podMetricsEndpoints[0]" + " " + metrics, "spec.podMetricsEndpoints[1] , shop/Deployment/web:1/TCP"}},
		{"v1 Pod", "spec: {containers: [{ports: [{containerPort: 80}]}]}\nmetadata: {name: o, namespace: shop, annotations: {prometheus.io/scrape: 'true'}}",
			[]string{`metadata.annotations["prometheus.io/scrape"] , shop/Pod/o:80/TCP`}},
		{"v1 Service", "spec: {selector: {app: web}, ports: [{port: 80}]}\nmetadata: {name: o, namespace: shop, annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '9090'}}",
			[]string{`metadata.annotations["prometheus.io/scrape"] shop/Service/o` + metrics}},
	}
	for _, test := range tests {
		apiVersion, kind, _ := strings.Cut(test.kind, " ")
		text := backends + "apiVersion: " + apiVersion + "\nkind: " + kind + "\n" + test.rest + "\n"
		if !strings.Contains(test.rest, "metadata:") {
			text += "metadata: {name: o, namespace: shop}\n"
		}
		var want []string
		for _, line := range test.want {
			want = append(want, kind+" "+line)
		}
		if diff := cmp.Diff(want, entries(t, text)); diff != "" {
			t.Errorf("%s %s: %s", test.kind, test.rest, diff)
		}
	}
}

// TestEntriesOfOneRoot checks that objects without a namespace find each other in
// their root only.
func TestEntriesOfOneRoot(t *testing.T) {
	got := entries(t, strings.ReplaceAll(backends, ", namespace: shop", "")+`apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: o}
spec: {rules: [{backendRefs: [{name: web, port: 80}, {name: web, namespace: shop, port: 80}]}]}
`)
	want := []string{
		"HTTPRoute spec.rules[0].backendRefs[0] Service/web, Deployment/web:8080/TCP",
		"HTTPRoute spec.rules[0].backendRefs[1] shop/Service/web unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
