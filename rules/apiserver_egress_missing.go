package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var apiserverEgressMissing = &lint.Rule{
	Name: "apiserver-egress-missing",
	Doc: `pods that talk to the API server cannot reach it

A role is bound to the ServiceAccount of these pods, so they use the Kubernetes API.
They are isolated for egress and no policy of the input admits port 443 or 6443 to
any address: the API server is no pod that a selector could match.

It is only possible: another role may be bound for another reason, and the server may
listen on another port.

Silent: where the pods do not mount the account's token, where the role only lets
them use a security profile, and where policies of other kinds may admit it.

Not checked: roles that are bound to groups.

https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/`,
	Severity: lint.Warning,
	Tags:     []string{"exposure"},
	Run:      runAPIServerEgressMissing,
}

func runAPIServerEgressMissing(pass *lint.Pass) (any, error) {
	if len(pass.Graph.Admin) > 0 {
		return nil, nil
	}
	accounts := readAccounts(pass.Bundle)
	if len(accounts.bound) == 0 {
		return nil, nil
	}
	opens := map[*graph.Policy]bool{}
	for _, p := range pass.Graph.Policies {
		opens[p] = p.Side(graph.Egress).Isolates && slices.ContainsFunc(p.Side(graph.Egress).Rules, func(rule *graph.PolicyRule) bool {
			return leadsToAPIServer(rule) || forAPIServer(p, rule) // a peer that is no pod is another rule's finding
		})
	}
	lacking := map[*graph.Policy][]*graph.Workload{}
	bindings := map[*graph.Policy]*manifest.Object{}
	for _, w := range pass.Graph.Workloads {
		binding := accounts.binding(w)
		if binding == nil || !isolatedFor(w, graph.Egress) || w.Hook || pass.Graph.MayBeIsolated(w.Namespace, graph.Egress) ||
			slices.ContainsFunc(w.Policies, func(p *graph.Policy) bool { return opens[p] }) {
			continue
		}
		p := closest(w.Isolating(graph.Egress))
		lacking[p] = append(lacking[p], w)
		if bindings[p] == nil {
			bindings[p] = binding
		}
	}
	for _, p := range pass.Graph.Policies {
		if pods := lacking[p]; pods != nil {
			reportAPIServer(pass, p, pods, bindings[p])
		}
	}
	return nil, nil
}

// closest returns the policy in which a person would add a rule for pods: rather
// one with rules for them than one for all.
func closest(policies []*graph.Policy) *graph.Policy {
	best, rank := policies[0], -1
	for _, p := range policies {
		own := 0
		if !p.Subject.Everything() {
			own += 2
		}
		if len(p.Side(graph.Egress).Rules) > 0 {
			own++
		}
		if own > rank {
			best, rank = p, own
		}
	}
	return best
}

func reportAPIServer(pass *lint.Pass, p *graph.Policy, pods []*graph.Workload, binding *manifest.Object) {
	path := p.Side(graph.Egress).Path
	if p.Side(graph.Egress).Written == manifest.Absent {
		path = manifest.Field("spec", "policyTypes")
	}
	rule := map[string]any{"ports": []any{
		map[string]any{"protocol": "TCP", "port": 443}, map[string]any{"protocol": "TCP", "port": 6443},
	}}
	op := lint.Op{Object: p.Object, Path: p.Side(graph.Egress).Path, Kind: lint.Insert, Value: rule}
	if p.Side(graph.Egress).Written != manifest.List {
		op.Kind, op.Value = lint.Set, []any{rule}
	}
	pass.Report(lint.Diagnostic{
		Certainty: lint.Possible, Object: p.Object, Path: path,
		Message: fmt.Sprintf("%s isolates %s for egress and no policy of the input admits port 443 or 6443 to an address, but a role is bound to the ServiceAccount there, so the API server stays out of reach",
			p, some(pods)),
		Related: []lint.Related{{Object: binding, Path: manifest.Field("subjects"), Message: "binds a role to it"}},
		Fixes:   []lint.Fix{{Message: "admit the ports of the API server", Ops: []lint.Op{op}}},
	})
}

// accounts is what the input says about ServiceAccounts.
type accounts struct {
	bound   map[accountID]*manifest.Object
	unused  map[accountID]bool // automountServiceAccountToken: false
	profile map[roleID]bool    // roles that only let others use a security profile
}

type accountID struct{ namespace, root, name string }

func readAccounts(bundle *manifest.Bundle) accounts {
	a := accounts{bound: map[accountID]*manifest.Object{}, unused: map[accountID]bool{}, profile: map[roleID]bool{}}
	for _, o := range bundle.Objects {
		switch {
		case o.ID.Kind == "ServiceAccount" && o.ID.Group() == "":
			if v := o.Value.Get("automountServiceAccountToken"); v.Kind() == manifest.Bool && !v.True() {
				a.unused[accountOf(o, "", o.ID.Name)] = true
			}
		case o.ID.Group() == rbacGroup && strings.HasSuffix(o.ID.Kind, "Role"):
			if rules := o.Value.Get("rules").Items(); len(rules) > 0 && !slices.ContainsFunc(rules, func(v manifest.Value) bool { return among(v.Get("verbs"), "use") == "" }) {
				a.profile[roleOf(o, o.ID.Kind, o.ID.Name)] = true
			}
		}
	}
	for _, o := range bundle.Objects {
		if o.ID.Group() != rbacGroup || !strings.HasSuffix(o.ID.Kind, "RoleBinding") || a.usesProfile(o) {
			continue
		}
		for _, s := range o.Value.Get("subjects").Items() {
			if id := accountOf(o, s.Get("namespace").Text(), s.Get("name").Text()); s.Get("kind").Text() == "ServiceAccount" && a.bound[id] == nil {
				a.bound[id] = o
			}
		}
	}
	return a
}

// usesProfile reports whether a binding only lets pods use a security profile.
func (a accounts) usesProfile(binding *manifest.Object) bool {
	role := binding.Value.Get("roleRef")
	name := role.Get("name").Text()
	return a.profile[roleOf(binding, role.Get("kind").Text(), name)] ||
		strings.Contains(name, "scc") || strings.Contains(name, "psp") || strings.Contains(name, "podsecurity")
}

// accountOf returns the account of a name that an object refers to, in its own
// namespace where none is written.
func accountOf(o *manifest.Object, namespace, name string) accountID {
	id := accountID{namespace: namespace, name: name}
	if namespace == "" {
		id.namespace = o.ID.Namespace
	}
	if id.namespace == "" {
		id.root = o.Root
	}
	return id
}

// binding returns what binds a role to the account whose token a workload mounts,
// nil if nothing does.
func (a accounts) binding(w *graph.Workload) *manifest.Object {
	name := w.ServiceAccount
	if name == "" {
		name = "default"
	}
	id := accountOf(w.Object, "", name)
	mounts := w.Object.Value.At(w.SpecPath).Get("automountServiceAccountToken")
	if mounts.Kind() == manifest.Bool && !mounts.True() || a.unused[id] && !mounts.True() {
		return nil
	}
	return a.bound[id]
}
