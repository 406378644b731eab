package schema

import "github.com/nplint/nplint/lint/manifest"

// container is what nplint reads of a core/v1 Container. Ports are complete:
// a misspelt one would be missed by every named port.
var container = open(fields{
	"name":          text,
	"restartPolicy": text,
	"command":       listOf(text),
	"args":          listOf(text),
	"env":           listOf(open(fields{"name": text, "value": text})),
	"livenessProbe": probe, "readinessProbe": probe, "startupProbe": probe,
	"ports": listOf(closed(fields{
		"name": text, "hostPort": integer, "containerPort": integer, "protocol": text, "hostIP": text,
	})),
})

// probe is what nplint reads of a core/v1 Probe: the port that the kubelet asks.
var probe = open(fields{
	"httpGet": open(fields{"port": port}), "tcpSocket": open(fields{"port": port}), "grpc": open(fields{"port": integer}),
})

var podSpec = open(fields{
	"nodeSelector":                 strings,
	"hostNetwork":                  boolean,
	"serviceAccountName":           text,
	"automountServiceAccountToken": boolean,
	"containers":                   listOf(container),
	"initContainers":               listOf(container),
})

// podTemplate is core/v1 PodTemplateSpec.
var podTemplate = closed(fields{"metadata": objectMeta, "spec": podSpec})

// templated is the spec of the many kinds that hold a pod template, scaled that
// of those which have a number of replicas.
var (
	templated = open(fields{"selector": any_, "template": podTemplate})
	scaled    = templated.with(fields{"replicas": integer, "serviceName": text})
)

var (
	pod = kind(podSpec, nil).with(fields{
		"status": open(fields{"phase": text, "podIP": text, "podIPs": listOf(open(fields{"ip": text}))}),
	})
	controller = kind(scaled, nil)
	job        = kind(templated, nil)
	cronJob    = kind(open(fields{
		"jobTemplate": open(fields{"metadata": objectMeta, "spec": templated}),
	}), nil)

	// Custom resources may have more fields than their authors' table says.
	customController = loose(fields{"spec": open(fields{
		"replicas": integer,
		"template": open(fields{"metadata": objectMeta, "spec": podSpec}),
	})})
	virtualMachine = loose(fields{"spec": open(fields{
		"template": open(fields{"metadata": objectMeta, "spec": open(nil)}),
	})})
	virtualMachineInstance = loose(fields{"spec": open(nil)})
)

// Templated is the table of a custom resource that keeps a pod template under a
// path of keys.
func Templated(template manifest.Path) *Type {
	t := open(fields{"metadata": objectMeta, "spec": podSpec})
	for i := len(template) - 1; i > 0; i-- {
		t = open(fields{template[i].Key: t})
	}
	return loose(fields{template[0].Key: t})
}
