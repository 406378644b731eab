package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var allowAllShadowsPolicies = &lint.Rule{
	Name: "allow-all-shadows-policies",
	Doc: `rule that allows everything makes other policies void

Policies only add: a pod accepts what any of its policies admits. A rule without
peers and ports admits everything, so that every other policy for the same pods
restricts nothing in that direction, a default deny included. Remove the rule,
give it the peers that are meant, or remove the policies that it makes void.

The finding is only possible where the pods of the input are the same but the
selectors allow for others. It is only information, a warning in the preset
strict, where no pod of the input shows that the policies meet: a folder of
policies may hold alternatives.

Rules that allow everything only together count too, such as an ipBlock of 0.0.0.0/0
beside a namespaceSelector of {}, also those of several policies for the same pods.
Where they leave out IPv6 the finding is only possible.

Not checked: policies that only the known pods tie together, unless one of them
allows everything by itself.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Warning,
	Tags:     []string{"redundancy"},
	Score:    5.0,
	Requires: []*lint.Rule{reach.Rule},
	Run:      runAllowAllShadowsPolicies,
}

func runAllowAllShadowsPolicies(pass *lint.Pass) (any, error) {
	for _, n := range pass.Graph.Namespaces {
		for _, d := range graph.Directions {
			shadows := findShadows(n, d)
			for _, p := range n.Policies {
				if s := shadows[p]; !s.empty() {
					reportShadow(pass, p, d, s)
				}
			}
		}
	}
	return nil, nil
}

// shadow is the policies that a policy makes void. Certain are those whose
// subject lies within its own, possible those of which only the known
// workloads do.
type shadow struct {
	certain, possible []*graph.Policy
	// partners are further policies without which it would not.
	partners []*graph.Policy
	open     openness
}

func (s *shadow) empty() bool { return s == nil || len(s.certain)+len(s.possible) == 0 }

// findShadows returns, for the policies of a namespace that allow everything in a
// direction, alone or with others, which others they make void.
func findShadows(n *graph.Namespace, d graph.Direction) map[*graph.Policy]*shadow {
	var open, restrictive, wide []*graph.Policy
	shadows := map[*graph.Policy]*shadow{}
	for _, p := range n.Policies {
		if !p.Side(d).Isolates {
			continue
		}
		if o := opens(p.Side(d).Rules); o.everything() {
			open = append(open, p)
			shadows[p] = &shadow{open: o}
			continue
		} else if o.rule != nil {
			wide = append(wide, p)
		}
		restrictive = append(restrictive, p)
	}
	index, parts := indexSubjects(open), indexSubjects(wide)
	for _, p := range restrictive {
		within := slices.Collect(index.containing(p))
		for _, q := range within {
			shadows[q].certain = append(shadows[q].certain, p)
		}
		for _, q := range selectingToo(p, shadows, within) {
			shadows[q].possible = append(shadows[q].possible, p)
		}
		if len(within) == 0 {
			together(shadows, p, slices.Collect(parts.containing(p)), d)
		}
	}
	return shadows
}

// together enters a policy that others make void which do so only together.
func together(shadows map[*graph.Policy]*shadow, p *graph.Policy, wide []*graph.Policy, d graph.Direction) {
	if len(wide) < 2 || len(wide) > mostCompared {
		return
	}
	var rules []*graph.PolicyRule
	for _, q := range wide {
		rules = append(rules, q.Side(d).Rules...)
	}
	o := opens(rules)
	if !o.everything() {
		return
	}
	first := wide[0]
	if shadows[first] == nil {
		o.rule = opens(first.Side(d).Rules).rule
		shadows[first] = &shadow{partners: wide[1:], open: o}
	}
	shadows[first].certain = append(shadows[first].certain, p)
}

// selectingToo returns the policies of a set that select every known workload
// of p, except those of which that is clear already, and those for fewer pods:
// they are exceptions to p, which remains for the pods of tomorrow.
func selectingToo(p *graph.Policy, set map[*graph.Policy]*shadow, known []*graph.Policy) []*graph.Policy {
	if len(p.Workloads) == 0 || p.Subject.Invalid {
		return nil
	}
	var found []*graph.Policy
	for _, q := range p.Workloads[0].Policies {
		if set[q] != nil && len(set[q].partners) == 0 && !slices.Contains(known, q) && !q.Subject.Implies(p.Subject) {
			found = append(found, q)
		}
	}
	for _, w := range p.Workloads[1:] {
		if len(found) == 0 {
			break
		}
		found = slices.DeleteFunc(found, func(q *graph.Policy) bool { return !slices.Contains(w.Policies, q) })
	}
	return found
}

func reportShadow(pass *lint.Pass, p *graph.Policy, d graph.Direction, s *shadow) {
	void, certainty, pods := s.certain, s.open.certainty(), "the same pods"
	if len(void) == 0 {
		void, pods = s.possible, "the pods in the input"
		if !pass.Options.Complete {
			certainty = lint.Possible
		}
	}
	verb := "restrict"
	if len(void) == 1 {
		verb = "restricts"
	}
	severity := lint.Warning
	if !slices.ContainsFunc(void, func(q *graph.Policy) bool { return len(q.Workloads) > 0 }) {
		severity = pass.Advisory()
	}
	who, rule := p.String()+" allows", allowsAll(p, d)
	if rule == nil {
		who, rule = fmt.Sprintf("%s and %s together allow", p, some(s.partners)), s.open.rule
	}
	diagnostic := lint.Diagnostic{
		Severity: severity, Certainty: certainty, Object: p.Object, Path: rule.Path,
		Message: fmt.Sprintf("%s all %s, so %s %s nothing there for %s", who, d, some(void), verb, pods),
	}
	for _, q := range s.partners {
		diagnostic.Related = append(diagnostic.Related, lint.Related{Object: q.Object, Path: q.Side(d).Path, Message: "allows the rest"})
	}
	for _, q := range void {
		diagnostic.Related = append(diagnostic.Related, lint.Related{
			Object: q.Object, Path: metadataName, Message: fmt.Sprintf("restricts no %s", d),
		})
	}
	src, dst := between(subjectOf(void[0]), internet, d)
	prove(pass, &diagnostic, src, dst, true, connset.All)
	pass.Report(diagnostic)
}
