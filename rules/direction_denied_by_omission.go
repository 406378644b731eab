package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var directionDeniedByOmission = &lint.Rule{
	Name: "direction-denied-by-omission",
	Doc: `policyTypes names a direction for which nothing is written

Listing Ingress or Egress in policyTypes without rules for it denies that direction
entirely. Copied as "[Ingress, Egress]" from an example it cuts pods off without
anybody having meant to. Remove the type, or write "ingress: []" or "egress: []" to
say that it is meant.

It is info, and a warning in the preset strict. It is a warning in every preset where
something in the input says that the direction is needed: a container of the pods
names a Service, or one of another workload names a Service of theirs. For ingress it
stays info where no Service selects the pods, because workers accept no connections.

Silent: where the policy has no rules for the other direction either; where its name
says that it denies; where another policy that may select the same pods allows
anything in that direction.

Not checked: namespaces to which policies of another API may apply.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Info,
	Tags:     []string{"coverage"},
	Requires: []*lint.Rule{blockedDependencies},
	Run:      runDirectionDeniedByOmission,
}

func runDirectionDeniedByOmission(pass *lint.Pass) (any, error) {
	needed := neededBy(pass)
	for _, n := range pass.Graph.Namespaces {
		if pass.Graph.MayBeIsolated(n) {
			continue
		}
		for _, d := range graph.Directions {
			var allowing []*graph.Policy
			for _, p := range n.Policies {
				if p.Side(d).Isolates && len(p.Side(d).Rules) > 0 {
					allowing = append(allowing, p)
				}
			}
			for _, p := range n.Policies {
				if deniesByOmission(p, d) && !slices.ContainsFunc(allowing, func(q *graph.Policy) bool { return q.Subject.Overlaps(p.Subject) }) {
					reportOmission(pass, p, d, needed)
				}
			}
		}
	}
	return nil, nil
}

// deniesByOmission reports whether a policy denies a direction that only its
// policyTypes speak of, although it allows something in the other one.
func deniesByOmission(p *graph.Policy, d graph.Direction) bool {
	return p.ExplicitTypes && p.DeniesAll(d) && p.Side(d).Written == manifest.Absent &&
		p.Side(1-d).Isolates && len(p.Side(1-d).Rules) > 0 && !readPolicyName(p).Denies && !unknownSubject(p)
}

// needs says which workloads name a Service that they cannot reach, and which are
// behind one that others name and cannot reach.
type needs [2]map[*graph.Workload]*graph.Workload

func neededBy(pass *lint.Pass) needs {
	n := needs{{}, {}}
	for _, w := range pass.Graph.Workloads {
		for _, b := range blockedOf(pass)[w] {
			n[graph.Egress][w] = b.destination
			n[graph.Ingress][b.destination] = w
		}
	}
	return n
}

func reportOmission(pass *lint.Pass, p *graph.Policy, d graph.Direction, needed needs) {
	diagnostic := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: typePath(p, d),
		Message: fmt.Sprintf("%s names %s in policyTypes and has no %s rules, so it denies all %s of %s",
			p, d.Type(), d, d, subjectName(p)),
		Fixes: []lint.Fix{{Message: "isolate for " + (1 - d).String() + " only", Ops: []lint.Op{setPolicyTypes(p, 1-d)}}},
	}
	i := slices.IndexFunc(p.Workloads, func(w *graph.Workload) bool { return needed[d][w] != nil })
	switch {
	case i >= 0:
		own, other := p.Workloads[i], needed[d][p.Workloads[i]]
		diagnostic.Severity = lint.Warning
		diagnostic.Message += [...]string{
			graph.Ingress: fmt.Sprintf(", which %s names as its peer", other),
			graph.Egress:  fmt.Sprintf(", of which %s names a Service as its peer", own),
		}[d]
		diagnostic.Related = []lint.Related{{Object: other.Object, Path: metadataName, Message: "the other side"}}
	case d == graph.Ingress && len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, served):
		diagnostic.Severity = lint.Info
	}
	pass.Report(diagnostic)
}

// served reports whether a Service selects a workload.
func served(w *graph.Workload) bool { return len(w.Services) > 0 }

// typePath returns the place of a direction in policyTypes.
func typePath(p *graph.Policy, d graph.Direction) manifest.Path {
	for i, t := range p.Object.Value.At(policyTypes).Items() {
		if t.Text() == d.Type() {
			return policyTypes.Item(i)
		}
	}
	return policyTypes
}
