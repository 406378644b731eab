package rules

import (
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// portBook knows on which ports the pods of the input listen, as far as their
// manifests say.
type portBook struct {
	pass     *lint.Pass
	services map[*graph.Workload][]*graph.Service
}

func newPortBook(pass *lint.Pass) *portBook {
	b := &portBook{pass: pass, services: map[*graph.Workload][]*graph.Service{}}
	for _, s := range pass.Graph.Services {
		for _, w := range s.Workloads {
			b.services[w] = append(b.services[w], s)
		}
	}
	return b
}

// receivers returns the pods that receive what a policy rule is about: those of
// the subject for ingress, those of the peers for egress. ok is false where
// others, of which the input does not tell the ports, may be among them.
func (b *portBook) receivers(p *graph.Policy, rule *graph.PolicyRule) (pods []*graph.Workload, ok bool) {
	if rule.Direction == graph.Ingress {
		return p.Workloads, len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, opaque)
	}
	known := map[*graph.Workload]bool{}
	for _, peer := range rule.Peers {
		matched := b.pass.Graph.Match(p, peer).Workloads
		if len(matched) == 0 || anyPod(peer) {
			return nil, false
		}
		for _, w := range matched {
			if opaque(w) {
				return nil, false
			}
			if !known[w] {
				known[w] = true
				pods = append(pods, w)
			}
		}
	}
	return pods, len(pods) > 0
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

// translations returns where an entry of ports is the port, or the name of one,
// of Services that forward it to another port of pods, none if some pod has a
// port of that number or name itself.
func (b *portBook) translations(pods []*graph.Workload, port graph.PolicyPort) []translation {
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
