package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var oneSidedAllow = &lint.Rule{
	Name: "one-sided-allow",
	Doc: `one side of a connection allows it and the other does not

A connection needs the egress of its source and the ingress of its destination. A
rule that lets pods reach others has no effect while these are isolated for ingress
and nothing admits the first on any port of the rule; and the other way round. Add
the counterpart.

There is one finding per peer, where no workload that it matches answers any that
the policy selects. It is only possible where the peer selects namespaces by labels
that further ones may bear, or where the input holds policies without a namespace
that may belong to the other side.

Silent: where the other side has a rule that is meant for the connection and does not
allow it because of a mistake, such as a misspelt label or the wrong port, which is a
finding about that rule; for rules about name resolution.

Not checked: peers that match no workload of the input, or whole namespaces that
they do not name; pods on the host network; pods to which policies of another API
may apply; ports that the receiving pods do not declare while they declare others,
because that is another mistake.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Requires: []*lint.Rule{halfOpen},
	Run:      runOneSidedAllow,
}

func runOneSidedAllow(pass *lint.Pass) (any, error) {
	for _, h := range halfOpenOf(pass).peers {
		src, dst := reach.Workload(h.source), reach.Workload(h.destination)
		d := lint.Diagnostic{
			Certainty: h.certainty, Object: h.policy.Object, Path: h.peer.Path, Witness: witness(src, dst, h.conn, false),
		}
		other, _ := h.otherSide()
		passes := [...]string{graph.Ingress: "lets it out", graph.Egress: "admits it"}[h.rule.Direction]
		d.Message = fmt.Sprintf("%s allows %s, but no policy for %s %s, so it stays denied", h.policy, connection(src, dst, h.conn), other, passes)
		if q := h.blocker(); q != nil {
			d.Related = []lint.Related{{Object: q.Object, Path: metadataName, Message: fmt.Sprintf("isolates %s for %s", other, 1-h.rule.Direction)}}
			d.Fixes = counterpart(h, q)
		}
		pass.Report(d)
	}
	return nil, nil
}

// counterpart returns the fix that adds the rule of the other side to a policy
// that isolates it, none where it is not known in which namespace the first is.
func counterpart(h halfOpenPeer, q *graph.Policy) []lint.Fix {
	p := h.policy
	peer := map[string]any{"podSelector": map[string]any{}}
	if !p.Subject.Everything() {
		peer["podSelector"] = p.Object.Value.At(p.SubjectPath)
	}
	if q.Namespace != p.Namespace {
		if p.Namespace.Symbolic() {
			return nil
		}
		peer["namespaceSelector"] = map[string]any{"matchLabels": map[string]any{graph.NameLabel: p.Namespace.Name}}
	}
	d := 1 - h.rule.Direction
	rule := map[string]any{[...]string{"from", "to"}[d]: []any{peer}}
	if !h.rule.AllPorts {
		rule["ports"] = p.Object.Value.At(h.rule.PortsPath)
	}
	return []lint.Fix{{
		Message: fmt.Sprintf("add the counterpart to %s", q),
		Ops:     []lint.Op{{Object: q.Object, Path: q.Side(d).Path, Kind: lint.Insert, Value: rule}},
	}}
}
