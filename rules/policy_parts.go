package rules

import (
	"reflect"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// policyParts are the parts of the NetworkPolicies of a bundle that several
// rules look at. A policy of a removed API version is read as what it was meant
// to be.
type policyParts struct {
	specs     []part
	rules     []part // entries of ingress and egress
	peers     []part // entries of from and to
	ports     []part
	selectors []part
}

// writtenParts provides the parts of policies.
var writtenParts = &lint.Rule{
	Name:   "written-parts",
	Result: reflect.TypeFor[*policyParts](),
	Run:    func(pass *lint.Pass) (any, error) { return newPolicyParts(pass.Bundle), nil },
}

// partsOf returns the parts for a rule that requires them.
func partsOf(pass *lint.Pass) *policyParts { return pass.ResultOf[writtenParts].(*policyParts) }

func newPolicyParts(b *manifest.Bundle) *policyParts {
	p := &policyParts{}
	for _, o := range b.Objects {
		if graph.IsNetworkPolicy(o.ID) {
			p.specs = append(p.specs, part{o, manifest.Field("spec"), o.Value.Get("spec")})
		}
	}
	for _, spec := range p.specs {
		p.selectors = append(p.selectors, spec.get("podSelector"))
		for _, d := range graph.Directions {
			p.rules = append(p.rules, spec.get(d.String()).items()...)
		}
	}
	for _, rule := range p.rules {
		p.peers = append(p.peers, rule.get(peersField(rule)).items()...)
		p.ports = append(p.ports, rule.get("ports").items()...)
	}
	for _, peer := range p.peers {
		p.selectors = append(p.selectors, peer.get("namespaceSelector"), peer.get("podSelector"))
	}
	return p
}

// peersField returns the name of the field that holds the peers of a rule.
func peersField(rule part) string {
	if lastKey(rule.path) == graph.Egress.String() {
		return "to"
	}
	return "from"
}
