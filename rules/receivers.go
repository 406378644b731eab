package rules

import (
	"encoding/binary"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// portBook knows on which ports the pods of the input listen, as far as their
// manifests say. It remembers what it has looked up, because policies are copied.
type portBook struct {
	pass         *lint.Pass
	numbers      map[*graph.Match]uint64
	sets         map[string]*podSet // by the numbers of their matches
	translations map[portOfPods][]translation
	lookups      map[portOfPods]lookup
	hearings     map[portOfPods]hearing
	admitted     map[portsOfPod]openPorts
	serving      map[*podSet]*servedPorts

	matches []*graph.Match // room for those of a rule
	key     []byte         // and for their numbers
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
	return &portBook{
		pass: pass, numbers: map[*graph.Match]uint64{}, sets: map[string]*podSet{},
		translations: map[portOfPods][]translation{}, lookups: map[portOfPods]lookup{},
		hearings: map[portOfPods]hearing{}, admitted: map[portsOfPod]openPorts{}, serving: map[*podSet]*servedPorts{},
	}
}

// receivers returns the pods that receive what a policy rule is about: those of
// the subject for ingress, those of the peers for egress.
func (b *portBook) receivers(p *graph.Policy, rule *graph.PolicyRule) *podSet {
	matches, anybody := b.matches[:0], rule.Direction == graph.Egress && rule.AllPeers
	if rule.Direction == graph.Ingress {
		matches = append(matches, b.pass.Graph.MatchSubject(p))
	} else {
		for _, peer := range rule.Peers {
			matches, anybody = append(matches, b.pass.Graph.Match(p, peer)), anybody || anyPod(peer)
		}
	}
	b.matches = matches
	if anybody {
		return anyPods
	}
	key := b.key[:0]
	for _, m := range matches {
		if b.numbers[m] == 0 {
			b.numbers[m] = uint64(len(b.numbers) + 1)
		}
		key = binary.AppendUvarint(key, b.numbers[m])
	}
	b.key = key
	set := b.sets[string(key)]
	if set == nil {
		set = newPodSet(matches)
		b.sets[string(key)] = set
	}
	return set
}

// anyPods is the set of pods of which some may be any.
var anyPods = &podSet{unknown: true}

// newPodSet returns the pods of some matches.
func newPodSet(matches []*graph.Match) *podSet {
	for _, m := range matches {
		if len(m.Workloads) == 0 || slices.ContainsFunc(m.Workloads, opaque) {
			return anyPods
		}
	}
	if len(matches) == 1 {
		return &podSet{pods: matches[0].Workloads}
	}
	set := &podSet{}
	known := map[*graph.Workload]bool{}
	for _, m := range matches {
		for _, w := range m.Workloads {
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
	if len(w.Ports) > 0 {
		return false
	}
	spec := w.Object.Value.At(w.SpecPath)
	return spec.Get("containers").Empty() && spec.Get("initContainers").Empty()
}

func containersOf(w *graph.Workload) []manifest.Value {
	spec := w.Object.Value.At(w.SpecPath)
	containers, inits := spec.Get("containers").Items(), spec.Get("initContainers").Items()
	if len(inits) == 0 {
		return containers
	}
	return slices.Concat(containers, inits)
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
		for _, s := range w.Services {
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
