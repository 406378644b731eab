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

// usedSelector is a selector of a policy and the field that holds it.
type usedSelector struct {
	graph.Selector
	policy *graph.Policy
	at     manifest.Path
	// what is selected, as messages name it: "shop/web", "a peer of shop/web".
	who, verb, nouns string
	// namespaces says that it selects namespaces, not pods.
	namespaces bool
}

// eachSelector calls f for the subject of every policy and for the selectors of
// every peer that has an effect.
func eachSelector(pass *lint.Pass, f func(usedSelector)) {
	for _, p := range pass.Graph.Policies {
		f(usedSelector{Selector: p.Subject, policy: p, at: p.SubjectPath, who: p.String(), verb: "selects", nouns: "pods"})
	}
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		if peer.Namespaces != nil {
			f(usedSelector{
				Selector: *peer.Namespaces, policy: p, at: peer.Path.Key("namespaceSelector"),
				who: "a peer of " + p.String(), verb: "matches", nouns: "namespaces", namespaces: true,
			})
		}
		if peer.Pods != nil {
			f(usedSelector{
				Selector: *peer.Pods, policy: p, at: peer.Path.Key("podSelector"),
				who: "a peer of " + p.String(), verb: "matches", nouns: "pods",
			})
		}
	})
}
