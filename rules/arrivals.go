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
