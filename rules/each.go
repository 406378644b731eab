package rules

import (
	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// eachRule calls f for every policy rule that has an effect.
func eachRule(pass *lint.Pass, f func(p *graph.Policy, rule *graph.PolicyRule)) {
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			if side := p.Side(d); side.Isolates {
				for _, rule := range side.Rules {
					f(p, rule)
				}
			}
		}
	}
}

// eachPeer calls f for every peer of every policy rule that has an effect.
func eachPeer(pass *lint.Pass, f func(p *graph.Policy, rule *graph.PolicyRule, i int)) {
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		for i := range rule.Peers {
			f(p, rule, i)
		}
	})
}

// usedSelector is a selector of a policy.
type usedSelector struct {
	graph.Selector
	policy *graph.Policy
	peer   *graph.Peer // that it belongs to, nil for the subject
	// verb and nouns are what it does to what, as messages name it.
	verb, nouns string
	// namespaces says that it selects namespaces, not pods.
	namespaces bool
}

// at returns the field that holds the selector.
func (s usedSelector) at() manifest.Path {
	switch {
	case s.peer == nil:
		return s.policy.SubjectPath
	case s.namespaces:
		return s.peer.Path.Key("namespaceSelector")
	}
	return s.peer.Path.Key("podSelector")
}

// who returns what selects, as messages name it: "shop/web", "a peer of shop/web".
func (s usedSelector) who() string {
	if s.peer == nil {
		return s.policy.String()
	}
	return "a peer of " + s.policy.String()
}

// eachSelector calls f for the subject of every policy and for the selectors of
// every peer that has an effect.
func eachSelector(pass *lint.Pass, f func(usedSelector)) {
	for _, p := range pass.Graph.Policies {
		f(usedSelector{Selector: p.Subject, policy: p, verb: "selects", nouns: "pods"})
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Namespaces != nil {
			f(usedSelector{Selector: *peer.Namespaces, policy: p, peer: peer, verb: "matches", nouns: "namespaces", namespaces: true})
		}
		if peer.Pods != nil {
			f(usedSelector{Selector: *peer.Pods, policy: p, peer: peer, verb: "matches", nouns: "pods"})
		}
	})
}
