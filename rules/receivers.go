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
	sets         map[*graph.Match]*podSet
	unions       map[string]*podSet // by the numbers of their parts
	heard        map[portOfPods]bool
	translations map[portOfPods]translations
	lookups      map[portOfPods]lookup
	hearings     map[portOfPods]hearing
	admitted     map[portsOfPod]openPorts
	admitting    map[portsOfPolicy]openPorts
	serving      map[*podSet]*servedPorts

	parts []*podSet // room for those of a rule
	key   []byte    // and for their numbers
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
		pass: pass, sets: map[*graph.Match]*podSet{}, unions: map[string]*podSet{},
		heard: map[portOfPods]bool{}, translations: map[portOfPods]translations{}, lookups: map[portOfPods]lookup{},
		hearings: map[portOfPods]hearing{}, admitted: map[portsOfPod]openPorts{}, admitting: map[portsOfPolicy]openPorts{},
		serving: map[*podSet]*servedPorts{},
	}
}

// receivers returns the pods that receive what a policy rule is about: those of
// the subject for ingress, those of the peers for egress.
func (b *portBook) receivers(p *graph.Policy, rule *graph.PolicyRule) *podSet {
	if rule.Direction == graph.Ingress {
		return b.setOf(b.pass.Graph.MatchSubject(p))
	}
	parts, key := b.parts[:0], b.key[:0]
	anybody := len(rule.Peers) == 0 // also where to is no list
	for _, peer := range rule.Peers {
		part := b.setOf(b.pass.Graph.Match(p, peer))
		parts, key = append(parts, part), binary.AppendUvarint(key, part.number)
		anybody = anybody || part.unknown || anyPod(peer)
	}
	b.parts, b.key = parts, key
	switch {
	case anybody:
		return anyPods
	case len(parts) == 1:
		return parts[0]
	}
	set := b.unions[string(key)]
	if set == nil {
		set = &podSet{parts: slices.Clone(parts)}
		b.unions[string(key)] = set
	}
	return set
}

func (b *portBook) setOf(m *graph.Match) *podSet {
	set := b.sets[m]
	if set == nil {
		set = &podSet{
			number: uint64(len(b.sets)), pods: m.Workloads,
			unknown: len(m.Workloads) == 0 || slices.ContainsFunc(m.Workloads, opaque),
		}
		b.sets[m] = set
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
	return len(w.Ports) == 0 && len(containersOf(w)) == 0
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

// translations are those of a port, or why there is none.
type translations struct {
	found []translation
	// met says that some pod has a port of that number or name itself.
	met bool
}

// translate returns where an entry of ports is the port, or the name of one,
// of Services that forward it to another port of pods, none if some pod has a
// port of that number or name itself.
func (b *portBook) translate(set *podSet, port graph.PolicyPort) []translation {
	return b.translationsOf(set, port).found
}

func (b *portBook) translationsOf(set *podSet, port graph.PolicyPort) translations {
	key := entryOf(set, port)
	t, known := b.translations[key]
	if known {
		return t
	}
	if set.parts == nil {
		t = findTranslations(set.pods, port)
	}
	for _, part := range set.parts {
		of := b.translationsOf(part, port)
		if of.met {
			t = of
			break
		}
		before := t.found
		for _, other := range of.found {
			if !slices.ContainsFunc(before, func(t translation) bool { return t.pods == other.pods }) {
				t.found = append(t.found, other)
			}
		}
	}
	b.translations[key] = t
	return t
}

func findTranslations(pods []*graph.Workload, port graph.PolicyPort) translations {
	var t translations
	for _, w := range pods {
		if slices.ContainsFunc(w.Ports, func(c graph.Port) bool {
			return c.Protocol == port.Protocol && (port.Name == "" && c.Number == port.From || port.Name != "" && c.Name == port.Name)
		}) {
			return translations{met: true}
		}
		for _, s := range w.Services {
			if s.Headless {
				continue
			}
			for _, sp := range s.Ports {
				target, resolved := sp.TargetOn(w)
				switch {
				case sp.Protocol != port.Protocol:
				case !resolved || port.Name == "" && target == port.From:
					return translations{met: true}
				case port.Name == "" && sp.Port == port.From, port.Name != "" && sp.Name == port.Name:
					t.found = append(t.found, translation{s, sp, target, w})
				}
			}
		}
	}
	return t
}
