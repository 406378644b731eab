package rules

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var adminSubjectSystemNamespaces = &lint.Rule{
	Name: "admin-subject-system-namespaces",
	Doc: `cluster-wide deny includes the system's own namespaces

A subject "namespaces: {}" is every namespace, kube-system included. A rule that then
denies all pods, or all addresses, also stops name resolution, webhooks, metrics and
the agents on which the cluster itself runs, unless other rules let each of them
through first. Leave the system's namespaces out of the subject, or allow what they
need in rules above.

It is legal, and meant where that has been thought of: info, and a warning in the
preset strict. Which namespaces belong to the system can be configured.

Silent: for rules that deny only some peers or ports; for policies that the API
server refuses.

Not checked: whether other policies allow what the system needs.

https://network-policy-api.sigs.k8s.io/api-overview/`,
	Severity: lint.Info,
	Tags:     []string{"admin"},
	Run:      runAdminSubjectSystemNamespaces,
}

func runAdminSubjectSystemNamespaces(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Admin {
		name := systemSubject(pass, p)
		if name == "" {
			continue
		}
		var denies []*graph.PolicyRule
		for _, d := range graph.Directions {
			rules := p.Side(d).Rules
			if i := slices.IndexFunc(rules, deniesWidely); i >= 0 && !slices.ContainsFunc(rules[:i], decidesWidely) {
				denies = append(denies, rules[i])
			}
		}
		if len(denies) > 0 {
			reportSystemSubject(pass, p, denies, name)
		}
	}
	return nil, nil
}

// systemSubject returns the first system namespace whose pods are surely
// subjects of the policy, "" if there is none. Of a namespace that the input
// does not declare only the name is known.
func systemSubject(pass *lint.Pass, p *graph.Policy) string {
	if p.SubjectNamespaces.Invalid || !p.Subject.Everything() {
		return ""
	}
	for _, name := range pass.Options.SystemNamespaces {
		if n := pass.Graph.Namespace(name); n != nil && n.Object != nil && n.Matches(*p.SubjectNamespaces) == graph.Yes {
			return name
		}
		if graph.SelectorOf(map[string]string{graph.NameLabel: name}).Implies(*p.SubjectNamespaces) && name == "kube-system" {
			return name
		}
	}
	return ""
}

// deniesWidely reports whether a rule denies all pods of the cluster, or all
// addresses, on every port.
func deniesWidely(r *graph.PolicyRule) bool {
	return r.Action == graph.Deny && !r.Invalid && coversWidely(r)
}

// decidesWidely reports whether nothing is left for the rules below r.
func decidesWidely(r *graph.PolicyRule) bool {
	return r.Action != graph.Deny && !r.Invalid && coversWidely(r)
}

func coversWidely(r *graph.PolicyRule) bool {
	return r.AllPorts && slices.ContainsFunc(r.Peers, func(peer *graph.Peer) bool {
		return anyPod(peer) || !peer.Invalid && slices.ContainsFunc(peer.Networks, wholeFamily)
	})
}

// wholeFamily reports whether a range holds all addresses of its family.
func wholeFamily(p netip.Prefix) bool { return p.Bits() == 0 }

func reportSystemSubject(pass *lint.Pass, p *graph.Policy, denies []*graph.PolicyRule, name string) {
	first := denies[0]
	which := fmt.Sprintf("denies all %s of the pods of %s", first.Direction, name)
	if len(denies) > 1 {
		which = fmt.Sprintf("denies all ingress and egress of the pods of %s", name)
	}
	d := lint.Diagnostic{
		Severity: pass.Advisory(), Object: p.Object, Path: p.SubjectPath,
		Message: fmt.Sprintf("%s %s too, so whatever the cluster itself needs there has to be allowed before", p, which),
		Fixes:   []lint.Fix{exceptSystemNamespaces(pass.Options, p)},
	}
	for _, r := range denies {
		d.Related = append(d.Related, lint.Related{Object: p.Object, Path: r.Path, Message: "the rule that denies"})
	}
	pass.Report(d)
}

// exceptSystemNamespaces leaves the system's namespaces out of the subject.
func exceptSystemNamespaces(options *lint.Options, p *graph.Policy) lint.Fix {
	names := make([]any, len(options.SystemNamespaces))
	for i, name := range options.SystemNamespaces {
		names[i] = name
	}
	requirement := map[string]any{"key": graph.NameLabel, "operator": "NotIn", "values": names}
	selector := p.SubjectPath
	if p.SubjectNamespaces != nil && lastKey(selector) == "pods" {
		selector = selector.Key("namespaceSelector")
	}
	op := lint.Op{Object: p.Object, Path: selector.Key("matchExpressions"), Kind: lint.Insert, Value: requirement}
	if p.Object.Value.At(op.Path).Empty() {
		op.Kind, op.Value = lint.Set, []any{requirement}
	}
	return lint.Fix{Message: "leave the system's namespaces out of the subject", Ops: []lint.Op{op}}
}
