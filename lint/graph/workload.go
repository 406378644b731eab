package graph

import (
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint/manifest"
)

// Workload is the owner of a pod template, or a bare pod: what policies select.
type Workload struct {
	Object    *manifest.Object
	Kind      string
	Name      string
	Namespace *Namespace
	// Labels are those of the pods, not of the object that owns them.
	Labels map[string]string
	// LabelsPath is the field that holds them.
	LabelsPath manifest.Path
	// SpecPath is the field that holds the pods' spec.
	SpecPath manifest.Path
	Ports    []Port
	// HostNetwork pods share their node's addresses: whether policies select
	// them is left to the plugin.
	HostNetwork bool
	// Addresses are those that a bare pod's status says it has; they are empty
	// where nobody knows.
	Addresses      []netip.Addr
	ServiceAccount string
	// Hook says that Helm runs the workload around an installation or for a
	// test (annotation helm.sh/hook).
	Hook bool
	// Env holds the environment variables that are written out, as "NAME=value".
	Env []string
	// Policies are the policies, Services the Services that select the workload,
	// in the order of the graph.
	Policies []*Policy
	Services []*Service

	place int // in the namespace
}

// String returns the name as messages quote it: shop/Deployment/web.
func (w *Workload) String() string { return w.Namespace.qualify(w.Kind + "/" + w.Name) }

// Isolated reports whether a policy isolates the workload in a direction.
func (w *Workload) Isolated(d Direction) bool {
	return slices.ContainsFunc(w.Policies, func(p *Policy) bool { return p.Side(d).Isolates })
}

// Isolating returns the policies that isolate the workload in a direction. It
// is isolated if there is one (NetworkPolicySpec, policyTypes).
func (w *Workload) Isolating(d Direction) []*Policy {
	var isolating []*Policy
	for _, p := range w.Policies {
		if p.Side(d).Isolates {
			isolating = append(isolating, p)
		}
	}
	return isolating
}

// Port is a port that a container declares.
type Port struct {
	Path     manifest.Path
	Name     string
	Number   int
	HostPort int
	Protocol Protocol
	// Init says that an init container declares the port that ends before the
	// others start; a restartable one is a sidecar and counts as a container.
	Init bool
}

// The fields of all objects, and those that hold the pod template of most kinds
// and of CronJobs.
var (
	metadataPath    = manifest.Field("metadata")
	specPath        = manifest.Field("spec")
	podTemplate     = manifest.Field("spec", "template")
	cronPodTemplate = manifest.Field("spec", "jobTemplate", "spec", "template")
)

// podFields are the paths at which kinds keep their pod template's metadata
// and spec. A Pod is its own template.
func podFields(o *manifest.Object, p paths) (meta, spec manifest.Path) {
	template := o.Template
	switch {
	case template != nil:
	case o.ID.Kind == "Pod" || o.ID.Kind == "VirtualMachineInstance":
		return metadataPath, specPath
	case o.ID.Kind == "CronJob":
		template = cronPodTemplate
	case templatedKinds[o.ID.Kind], o.ID.Kind == "Service" && o.ID.Group() == "serving.knative.dev":
		template = podTemplate
	default:
		return nil, nil
	}
	return p.key(template, "metadata"), p.key(template, "spec")
}

var templatedKinds = map[string]bool{
	"Deployment": true, "StatefulSet": true, "DaemonSet": true, "ReplicaSet": true, "ReplicationController": true, "Job": true,
	"Rollout": true, "DeploymentConfig": true, "VirtualMachine": true,
}

// newWorkload returns the workload that an object is, nil if it is none or its
// pods are gone for good (N32 of the semantics: a finished pod has given up its
// address).
func newWorkload(o *manifest.Object, p paths) *Workload {
	meta, path := podFields(o, p)
	if meta == nil {
		return nil
	}
	if phase := o.Value.Get("status").Get("phase").Text(); phase == "Succeeded" || phase == "Failed" {
		return nil
	}
	spec, labels := o.Value.At(path), p.key(meta, "labels")
	w := &Workload{
		Object: o, Kind: o.ID.Kind, Name: o.ID.Name,
		Labels:         o.Value.At(labels).Strings(),
		LabelsPath:     labels,
		SpecPath:       path,
		HostNetwork:    spec.Get("hostNetwork").True(),
		ServiceAccount: spec.Get("serviceAccountName").Text(),
		Hook:           o.Value.Get("metadata").Get("annotations").Get("helm.sh/hook").Exists(),
	}
	if w.Name == "" {
		w.Name = o.Value.Get("metadata").Get("generateName").Text() + "*"
	}
	if o.ID.Kind == "Pod" && !w.HostNetwork {
		w.Addresses = podAddresses(o.Value.Get("status"))
	}
	for i, c := range spec.Get("containers").Items() {
		w.addContainer(c, p.item(p.key(path, "containers"), i), p, false)
	}
	for i, c := range spec.Get("initContainers").Items() {
		w.addContainer(c, p.item(p.key(path, "initContainers"), i), p, c.Get("restartPolicy").Text() != "Always")
	}
	return w
}

// podAddresses reads the addresses of a pod: one, or one of each family.
func podAddresses(status manifest.Value) []netip.Addr {
	texts := []string{status.Get("podIP").Text()}
	if list := status.Get("podIPs").Items(); len(list) > 0 {
		texts = nil
		for _, item := range list {
			texts = append(texts, item.Get("ip").Text())
		}
	}
	var addresses []netip.Addr
	for _, text := range texts {
		if a, err := netip.ParseAddr(text); err == nil {
			addresses = append(addresses, a.Unmap())
		}
	}
	return addresses
}

func (w *Workload) addContainer(c manifest.Value, path manifest.Path, p paths, init bool) {
	for i, port := range c.Get("ports").Items() {
		number, _ := port.Get("containerPort").Int()
		host, _ := port.Get("hostPort").Int()
		w.Ports = append(w.Ports, Port{
			Path: p.item(p.key(path, "ports"), i),
			Name: port.Get("name").Text(), Number: number, HostPort: host,
			Protocol: protocolOf(port.Get("protocol")), Init: init,
		})
	}
	for _, e := range c.Get("env").Items() {
		if value := e.Get("value").Text(); value != "" {
			w.Env = append(w.Env, e.Get("name").Text()+"="+value)
		}
	}
}

// createdByOthers returns the objects that others of them created, such as the
// Pods of a ReplicaSet in a dump of a cluster.
func createdByOthers(objects []*manifest.Object) map[*manifest.Object]bool {
	owners := map[*manifest.Object]manifest.ID{}
	for _, o := range objects {
		for _, owner := range o.Value.Get("metadata").Get("ownerReferences").Items() {
			if owner.Get("controller").True() {
				owners[o] = manifest.ID{Kind: owner.Get("kind").Text(), Namespace: o.ID.Namespace, Name: owner.Get("name").Text()}
				break
			}
		}
	}
	if len(owners) == 0 {
		return nil
	}
	present := map[manifest.ID]bool{}
	for _, o := range objects {
		present[manifest.ID{Kind: o.ID.Kind, Namespace: o.ID.Namespace, Name: o.ID.Name}] = true
	}
	created := map[*manifest.Object]bool{}
	for o, owner := range owners {
		created[o] = present[owner]
	}
	return created
}
