package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// arrival is a port of a workload with what leads connections of some source to
// it.
type arrival struct {
	graph.Target
	conn    connset.Conn
	entries []*graph.Entry
}

// arrivals returns the ports of isolated pods to which entries of a source
// lead, in the order of the entries.
func arrivals(g *graph.Graph, source graph.Source) []*arrival {
	var all []*arrival
	known := map[graph.Target]*arrival{}
	for _, e := range g.Entries {
		if e.Source != source {
			continue
		}
		for _, t := range e.Targets {
			a := known[t]
			if a == nil {
				protocol, ok := connset.ParseProtocol(string(t.Protocol))
				if !ok || t.Port < 1 || t.Port > 65535 || outOfReach(t.Workload) {
					continue
				}
				a = &arrival{Target: t, conn: connset.Conn{Protocol: protocol, Port: t.Port}}
				known[t] = a
				all = append(all, a)
			}
			if len(a.entries) == 0 || a.entries[len(a.entries)-1] != e {
				a.entries = append(a.entries, e)
			}
		}
	}
	return all
}

// String names the port: "port 8080/TCP of shop/Deployment/web".
func (a *arrival) String() string {
	return fmt.Sprintf("port %d/%s of %s", a.Port, a.Protocol, a.Workload)
}

// admits returns what is known about whether a source may connect.
func (a *arrival) admits(e *reach.Engine, source reach.Endpoint) graph.Truth {
	v := e.Side(reach.Workload(a.Workload), graph.Ingress, source)
	switch {
	case v.Must.Has(a.conn):
		return graph.Yes
	case v.May.Has(a.conn):
		return graph.Maybe
	}
	return graph.No
}

// explains reports whether a slip in a policy is why nothing arrives, which is a
// finding of its own: a rule for the port of the Service or of the nodes in place
// of that of the pods, for a name that no container has, or for what the API server
// refuses; rules that policyTypes leaves out; a policy that misses the pods by a
// letter.
func (b *portBook) explains(a *arrival) bool {
	return slices.ContainsFunc(a.Workload.Namespace.Policies, func(p *graph.Policy) bool {
		side := p.Side(graph.Ingress)
		switch {
		case len(p.Workloads) == 0:
			return side.Isolates && len(side.Rules) > 0 && meantFor(p, a.Workload)
		case !slices.Contains(p.Workloads, a.Workload):
			return false
		case !side.Isolates:
			return len(side.Rules) > 0
		}
		return slices.ContainsFunc(side.Rules, func(r *graph.PolicyRule) bool { return b.misses(p, r, a) })
	})
}

// misses reports whether a rule names a port in the wrong way that may mean the
// one of an arrival.
func (b *portBook) misses(p *graph.Policy, r *graph.PolicyRule, a *arrival) bool {
	set := b.receivers(p, r)
	return slices.ContainsFunc(r.Ports, func(port graph.PolicyPort) bool {
		switch {
		case port.Invalid:
			return true
		case single(port) && b.ofNodes(a, port):
			return true
		case byName(port) && !set.unknown && !slices.ContainsFunc(a.Workload.Ports, func(c graph.Port) bool { return c.Name == port.Name && c.Protocol == port.Protocol }):
			return true
		}
		return !set.unknown && slices.ContainsFunc(b.translate(set, port), func(t translation) bool { return t.pods == a.Workload && t.target == a.Port })
	})
}

// ofNodes reports whether an entry of ports is the node port of what leads to an
// arrival.
func (b *portBook) ofNodes(a *arrival, port graph.PolicyPort) bool {
	return !listensOn(a.Workload, port) && slices.ContainsFunc(a.Workload.Services, func(s *graph.Service) bool {
		return s.External() && slices.ContainsFunc(s.Ports, func(sp graph.ServicePort) bool {
			target, ok := sp.TargetOn(a.Workload)
			return ok && target == a.Port && meansNodePort(s, sp, port)
		})
	})
}

// refused is the diagnostic that all connections of a source are: at the first
// entry, with the others and the policy that isolates the pods as related places.
func (a *arrival) refused(pass *lint.Pass, source reach.Endpoint, message string) lint.Diagnostic {
	first := a.entries[0]
	d := lint.Diagnostic{
		Object: first.Object, Path: first.Path, Certainty: policiesKnown(pass, a.Workload.Namespace), Message: message,
		Witness: witness(source, reach.Workload(a.Workload), a.conn, false),
	}
	for _, e := range a.entries[1:] {
		d.Related = append(d.Related, lint.Related{Object: e.Object, Path: e.Path, Message: "leads to the same port"})
	}
	d.Related = append(d.Related, isolatingPlaces(a.Workload, graph.Ingress)...)
	return d
}

// leading writes what leads to the port: the object and the Service in between.
func (a *arrival) leading() string {
	e := a.entries[0]
	if e.ServiceName == "" || e.Service != nil && e.Service.Object == e.Object {
		return objectName(e.Object)
	}
	return fmt.Sprintf("%s through %s", objectName(e.Object), e.ServiceName)
}

// policiesKnown is how certain it is that the input holds every policy of a
// namespace. Some may be written without one, or stand in what was not read.
func policiesKnown(pass *lint.Pass, n *graph.Namespace) lint.Certainty {
	if !pass.Options.Complete && (pass.Options.PartialPolicies || len(pass.Bundle.Skipped) > 0 || newStrays(pass.Graph).of(n) != tally{}) {
		return lint.Possible
	}
	return lint.Certain
}

// admitRule is the fix that lets peers in on the port: in the first policy that
// isolates the pods and admits anything, else in the first that isolates them.
func (a *arrival) admitRule(message string, from []any) []lint.Fix {
	isolating := a.Workload.Isolating(graph.Ingress)
	if len(isolating) == 0 {
		return nil
	}
	p := isolating[0]
	if i := slices.IndexFunc(isolating, func(p *graph.Policy) bool { return len(p.Side(graph.Ingress).Rules) > 0 }); i >= 0 {
		p = isolating[i]
	}
	rule := map[string]any{"ports": []any{map[string]any{"protocol": string(a.Protocol), "port": a.Port}}}
	if from != nil {
		rule["from"] = from
	}
	op := lint.Op{Object: p.Object, Path: p.Side(graph.Ingress).Path, Kind: lint.Insert, Value: rule}
	if len(p.Side(graph.Ingress).Rules) == 0 {
		op.Kind, op.Value = lint.Set, []any{rule}
	}
	return []lint.Fix{{Message: message, Ops: []lint.Op{op}}}
}
