package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var rbacCanEditNetworkPolicy = &lint.Rule{
	Name: "rbac-can-edit-networkpolicy",
	Doc: `role lets others than administrators change network policies

Whoever may create or change policies can open everything that they close. A role
that grants this, often by an asterisk in place of the resources, makes policies
worth as much as the weakest account that it is bound to. Name the resources that
are meant and leave networkpolicies out.

It is in the preset all only, because controllers and application teams are often
meant to manage policies.

Not checked: roles that the input does not bind to anybody; bindings to system:
accounts and groups, and to the role cluster-admin; roles that others aggregate.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/`,
	Severity: lint.Warning,
	Preset:   lint.All,
	Tags:     []string{"admin"},
	Run:      runRBACCanEditNetworkPolicy,
}

func runRBACCanEditNetworkPolicy(pass *lint.Pass) (any, error) {
	bound := map[roleID][]string{}
	for _, o := range pass.Bundle.Objects {
		if o.ID.Group() == rbacGroup && strings.HasSuffix(o.ID.Kind, "RoleBinding") {
			role := o.Value.Get("roleRef")
			id := roleOf(o, role.Get("kind").Text(), role.Get("name").Text())
			bound[id] = append(bound[id], users(o)...)
		}
	}
	for _, o := range pass.Bundle.Objects {
		if o.ID.Group() != rbacGroup || o.ID.Kind != "Role" && o.ID.Kind != "ClusterRole" || o.ID.Name == "cluster-admin" {
			continue
		}
		if who := bound[roleOf(o, o.ID.Kind, o.ID.Name)]; len(who) > 0 {
			reportGrants(pass, o, who)
		}
	}
	return nil, nil
}

const rbacGroup = "rbac.authorization.k8s.io"

// roleID names a role; a ClusterRole is in no namespace.
type roleID struct{ kind, namespace, root, name string }

func roleOf(o *manifest.Object, kind, name string) roleID {
	id := roleID{kind: kind, name: name}
	if kind == "Role" {
		if id.namespace = o.ID.Namespace; id.namespace == "" {
			id.root = o.Root
		}
	}
	return id
}

// users returns the subjects of a binding that do not belong to the cluster.
func users(binding *manifest.Object) []string {
	var names []string
	for _, s := range binding.Value.Get("subjects").Items() {
		if name := s.Get("name").Text(); !strings.HasPrefix(name, "system:") {
			names = append(names, s.Get("kind").Text()+" "+name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// reportGrants reports the first rule of a role that lets its holders change
// policies.
func reportGrants(pass *lint.Pass, o *manifest.Object, who []string) {
	rules := manifest.Field("rules")
	for i, rule := range o.Value.At(rules).Items() {
		verbs := among(rule.Get("verbs"), "*", "create", "update", "patch", "delete", "deletecollection")
		resources := among(rule.Get("resources"), "*", "networkpolicies")
		if verbs == "" || resources == "" || among(rule.Get("apiGroups"), "*", "networking.k8s.io") == "" {
			continue
		}
		names := who[0]
		if len(who) > 1 {
			names = fmt.Sprintf("%s and %s", who[0], count(len(who)-1, "other"))
		}
		pass.Report(lint.Diagnostic{
			Object: o, Path: rules.Item(i).Key("resources"),
			Message: fmt.Sprintf("%s lets %s %s networkpolicies, so what policies close it can open", objectName(o), names, strings.Replace(verbs, "*", "do anything to", 1)),
		})
		return
	}
}

// among returns the first of some words that a list holds, "" if it holds none.
func among(list manifest.Value, words ...string) string {
	for _, word := range words {
		if slices.ContainsFunc(list.Items(), func(v manifest.Value) bool { return v.Text() == word }) {
			return word
		}
	}
	return ""
}
