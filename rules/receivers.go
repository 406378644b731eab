package rules

import (
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// portBook knows on which ports the pods of the input listen, as far as their
// manifests say. It remembers what it has looked up, because policies are copied.
type portBook struct {
	pass         *lint.Pass
	services     map[*graph.Workload][]*graph.Service
	sets         map[string]*podSet
	translations map[portOfPods][]translation
	lookups      map[portOfPods]lookup
	hearings     map[portOfPods]hearing
	admitted     map[portsOfPod]openPorts
	serving      map[*podSet]*servedPorts
}

// podSet is pods that receive connections. Those of one set are the same set.
type podSet struct {
	pods []*graph.Workload
	// unknown says that others, of which the input does not tell the ports, may be
	// among them.
	unknown bool
}

// portOfPods is an entry of ports for some pods.
type portOfPods struct {
	set      *podSet
	protocol graph.Protocol
	number   int
	name     string
}

func entryOf(set *podSet, port graph.PolicyPort) portOfPods {
	return portOfPods{set, port.Protocol, port.From, port.Name}
}

func newPortBook(pass *lint.Pass) *portBook {
	b := &portBook{
		pass: pass, services: map[*graph.Workload][]*graph.Service{}, sets: map[string]*podSet{},
		translations: map[portOfPods][]translation{}, lookups: map[portOfPods]lookup{},
		hearings: map[portOfPods]hearing{}, admitted: map[portsOfPod]openPorts{}, serving: map[*podSet]*servedPorts{},
	}
	for _, s := range pass.Graph.Services {
		for _, w := range s.Workloads {
			b.services[w] = append(b.services[w], s)
		}
	}
	return b
}

// receivers returns the pods that receive what a policy rule is about: those of
// the subject for ingress, those of the peers for egress.
func (b *portBook) receivers(p *graph.Policy, rule *graph.PolicyRule) *podSet {
	key := p.Namespace.Root + "/" + p.Namespace.Name
	if rule.Direction == graph.Ingress {
		key += "/" + p.Subject.String()
	}
	for _, peer := range rule.Peers {
		if rule.Direction == graph.Egress {
			key += "/" + peerKey(peer)
		}
	}
	set := b.sets[key]
	if set == nil {
		set = b.newPodSet(p, rule)
		b.sets[key] = set
	}
	return set
}

// peerKey is the same for peers of one namespace's policies that match the same.
func peerKey(peer *graph.Peer) string {
	switch {
	case peer.Namespaces != nil:
		return peer.Namespaces.String() + "+" + peer.PodSelector().String()
	case peer.Pods != nil:
		return peer.Pods.String()
	}
	return "addresses"
}

func (b *portBook) newPodSet(p *graph.Policy, rule *graph.PolicyRule) *podSet {
	if rule.Direction == graph.Ingress {
		return &podSet{p.Workloads, len(p.Workloads) == 0 || slices.ContainsFunc(p.Workloads, opaque)}
	}
	set := &podSet{unknown: rule.AllPeers}
	known := map[*graph.Workload]bool{}
	for _, peer := range rule.Peers {
		matched := b.pass.Graph.Match(p, peer).Workloads
		set.unknown = set.unknown || len(matched) == 0 || anyPod(peer) || slices.ContainsFunc(matched, opaque)
		if set.unknown {
			break
		}
		for _, w := range matched {
			if !known[w] {
				known[w] = true
				set.pods = append(set.pods, w)
			}
		}
	}
	return set
}

// opaque reports whether the ports of a workload's pods are not those that its
// manifest names, because something else makes them or adds to them.
func opaque(w *graph.Workload) bool {
	switch w.Kind {
	case "VirtualMachine", "VirtualMachineInstance", "Service": // of KubeVirt and Knative
		return true
	}
	return len(containersOf(w)) == 0
}

func containersOf(w *graph.Workload) []manifest.Value {
	spec := w.Object.Value.At(w.SpecPath)
	return slices.Concat(spec.Get("containers").Items(), spec.Get("initContainers").Items())
}

// declaresPort reports whether a container of a workload declares a port.
func declaresPort(w *graph.Workload, protocol graph.Protocol, number int) bool {
	return slices.ContainsFunc(w.Ports, func(port graph.Port) bool { return port.Number == number && port.Protocol == protocol })
}

// single reports whether an entry of ports is one number.
func single(port graph.PolicyPort) bool {
	return !port.Invalid && !port.All && port.Name == "" && port.From == port.To
}

// byName reports whether an entry of ports is a name.
func byName(port graph.PolicyPort) bool { return !port.Invalid && port.Name != "" }

// translation is a Service that forwards one of its ports to another one of its
// pods.
type translation struct {
	service *graph.Service
	port    graph.ServicePort
	target  int
	pods    *graph.Workload
}

// translate returns where an entry of ports is the port, or the name of one,
// of Services that forward it to another port of pods, none if some pod has a
// port of that number or name itself.
func (b *portBook) translate(set *podSet, port graph.PolicyPort) []translation {
	key := entryOf(set, port)
	found, known := b.translations[key]
	if !known {
		found = b.findTranslations(set.pods, port)
		b.translations[key] = found
	}
	return found
}

func (b *portBook) findTranslations(pods []*graph.Workload, port graph.PolicyPort) []translation {
	var found []translation
	for _, w := range pods {
		if slices.ContainsFunc(w.Ports, func(c graph.Port) bool {
			return c.Protocol == port.Protocol && (port.Name == "" && c.Number == port.From || port.Name != "" && c.Name == port.Name)
		}) {
			return nil
		}
		for _, s := range b.services[w] {
			if headless(s) {
				continue
			}
			for _, sp := range s.Ports {
				target, resolved := sp.TargetOn(w)
				switch {
				case sp.Protocol != port.Protocol:
				case !resolved || port.Name == "" && target == port.From:
					return nil
				case port.Name == "" && sp.Port == port.From, port.Name != "" && sp.Name == port.Name:
					found = append(found, translation{s, sp, target, w})
				}
			}
		}
	}
	return found
}

// headless reports whether the clients of a Service connect to its pods
// themselves.
func headless(s *graph.Service) bool {
	return s.Object.Value.Get("spec").Get("clusterIP").Text() == "None"
}
