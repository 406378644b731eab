package rules

import (
	"iter"
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
			p.specs = append(p.specs, field(o, "spec"))
		}
	}
	for _, d := range graph.Directions {
		p.rules = append(p.rules, itemsOf(p.specs, func(*part) string { return d.String() })...)
	}
	p.peers = itemsOf(p.rules, peersField)
	p.ports = itemsOf(p.rules, func(*part) string { return "ports" })
	p.selectors = make([]part, 0, len(p.specs)+len(p.peers))
	for i := range p.specs {
		p.selectors = append(p.selectors, p.specs[i].get("podSelector"))
	}
	for i := range p.peers {
		for _, key := range [...]string{"namespaceSelector", "podSelector"} {
			if s := p.peers[i].get(key); s.value.Exists() {
				p.selectors = append(p.selectors, s)
			}
		}
	}
	return p
}

// itemsOf returns the items of the lists that stand in a field of some parts.
func itemsOf(parts []part, field func(*part) string) []part {
	lists, n := make([]part, len(parts)), 0
	for i := range parts {
		lists[i] = parts[i].get(field(&parts[i]))
		n += len(lists[i].value.Items())
	}
	items := make([]part, 0, n)
	for i := range lists {
		for j := range lists[i].value.Items() {
			items = append(items, lists[i].item(j))
		}
	}
	return items
}

// inPlace ranges over parts without a copy of each, which would have to be kept
// for the fields below it.
func inPlace(parts []part) iter.Seq[*part] {
	return func(yield func(*part) bool) {
		for i := range parts {
			if !yield(&parts[i]) {
				return
			}
		}
	}
}

// peersField returns the name of the field that holds the peers of a rule.
func peersField(rule *part) string {
	if rule.parent.step.Key == graph.Egress.String() {
		return "to"
	}
	return "from"
}
