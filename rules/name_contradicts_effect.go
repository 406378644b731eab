package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var nameContradictsEffect = &lint.Rule{
	Name: "name-contradicts-effect",
	Doc: `policy does the opposite of what its name says

People read names, the cluster reads rules. A policy called deny-all with
"ingress: [{}]" allows everything, one called allow-all with "ingress: []"
allows nothing: one bracket apart, and the name keeps reviewers from looking.

A name with a direction is held to that direction: deny-egress may allow all
ingress. One that denies other namespaces must not admit them all.

Not checked: names that say several things or limit what they say, such as
deny-all-except-dns or default-deny-allow-web; what labels, annotations and
comments say.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies`,
	Severity: lint.Error,
	Tags:     []string{"redundancy"},
	Score:    5.0,
	Run:      runNameContradictsEffect,
}

func runNameContradictsEffect(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		name := readPolicyName(p)
		if name.Verb == "" || ineffectiveSide(p) {
			continue
		}
		var fact string
		var at manifest.Path
		if name.Denies {
			fact, at = contradictsDeny(p, name)
		} else {
			fact, at = contradictsAllow(p)
		}
		if fact == "" {
			continue
		}
		pass.Report(lint.Diagnostic{
			Object: p.Object, Path: metadataName,
			Message: fmt.Sprintf("%s has the word %q in its name, but %s", p, name.Verb, fact),
			Related: []lint.Related{{Object: p.Object, Path: at, Message: "what is in effect"}},
		})
	}
	return nil, nil
}

// ineffectiveSide reports whether something is written for a direction that is
// not in effect. That is a finding of its own, and the likely cause of whatever
// the policy fails to do.
func ineffectiveSide(p *graph.Policy) bool {
	for _, d := range graph.Directions {
		side := p.Side(d)
		if !side.Isolates && (len(side.Rules) > 0 || d == graph.Egress && side.Written != manifest.Absent) {
			return true
		}
	}
	return false
}

// contradictsAllow says how a policy whose name allows denies everything.
func contradictsAllow(p *graph.Policy) (fact string, at manifest.Path) {
	var isolated []graph.Direction
	for _, d := range graph.Directions {
		if len(p.Side(d).Rules) > 0 {
			return "", nil
		}
		if p.Side(d).Isolates {
			isolated = append(isolated, d)
		}
	}
	if len(isolated) == 0 {
		return "", nil
	}
	return fmt.Sprintf("it denies all %s and allows nothing", some(isolated)), p.Side(isolated[0]).Path
}

// contradictsDeny says how a policy whose name denies does not.
func contradictsDeny(p *graph.Policy, name policyName) (fact string, at manifest.Path) {
	var denied, isolated []graph.Direction
	for _, d := range graph.Directions {
		if name.deniesDirection(d) {
			denied = append(denied, d)
			if !p.Side(d).Isolates {
				return fmt.Sprintf("%s is none of its types, so it leaves %s as it is", d.Type(), d), manifest.Field("spec")
			}
		}
		if p.Side(d).Isolates {
			isolated = append(isolated, d)
		}
	}
	for _, directions := range [][]graph.Direction{denied, isolated} {
		if len(directions) > 0 && !slices.ContainsFunc(directions, func(d graph.Direction) bool { return allowsAll(p, d) == nil }) {
			return "it allows all " + some(directions), allowsAll(p, directions[0]).Path
		}
	}
	rule := opensOtherNamespaces(p, name)
	switch {
	case rule == nil:
		return "", nil
	case rule.Direction == graph.Egress:
		return "it lets its pods reach every pod of every namespace", rule.Path
	}
	return "it admits every pod of every namespace", rule.Path
}

// opensOtherNamespaces returns the rule that allows all pods of all namespaces,
// against a name such as deny-from-other-namespaces.
func opensOtherNamespaces(p *graph.Policy, name policyName) *graph.PolicyRule {
	if !name.has("other", "cross", "foreign") || !name.has("namespace", "namespaces", "ns") {
		return nil
	}
	d := graph.Ingress
	if name.mentions(graph.Egress) || !p.Side(d).Isolates {
		d = graph.Egress
	}
	for _, r := range p.Side(d).Rules {
		if !r.AllPorts {
			continue
		}
		if r.AllPeers {
			return r
		}
		for _, peer := range r.Peers {
			if anyPod(peer) {
				return r
			}
		}
	}
	return nil
}

// anyPod reports whether a peer matches every pod of the cluster.
func anyPod(peer *graph.Peer) bool {
	return !peer.Invalid && peer.Block == nil &&
		peer.Namespaces != nil && peer.Namespaces.Everything() && peer.PodSelector().Everything()
}
