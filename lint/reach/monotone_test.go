package reach_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// networkPoliciesOnly draws a world without admin policies.
func (g generator) networkPoliciesOnly() []doc {
	return slices.DeleteFunc(g.world(), func(d doc) bool {
		return d["kind"] != "NetworkPolicy" && d["kind"] != "Namespace" && d["spec"].(doc)["subject"] != nil
	})
}

func within(v, w reach.Verdict) bool { return w.Must.Contains(v.Must) && w.May.Contains(v.May) }

// TestAddedPolicy checks that one more NetworkPolicy takes nothing from a side
// that policies isolate, and gives nothing to one that they do not.
func TestAddedPolicy(t *testing.T) {
	for seed := range uint64(rounds(40)) {
		g := newGenerator(seed + 2000)
		docs := g.networkPoliciesOnly()
		names := namesIn(docs)
		before, err := newSubject(text(docs), true)
		if err != nil {
			t.Fatal(err)
		}
		added := g.networkPolicy("added")
		after, err := newSubject(text(append(docs, added)), true)
		if err != nil {
			t.Fatal(err)
		}
		for name, w := range before.workloads {
			for _, d := range graph.Directions {
				for _, peer := range names {
					was, is := before.side(t, name, d, peer), after.side(t, name, d, peer)
					isolated := len(w.Isolating(d)) > 0
					if isolated && !within(was, is) || !isolated && !within(is, was) {
						t.Fatalf("seed %d: %s of %s with %s, isolated before: %v: was %v, is %v with\n%s",
							seed, d, name, peer, isolated, was, is, text([]doc{added}))
					}
				}
			}
		}
	}
}

func (s *subject) side(t *testing.T, name string, d graph.Direction, peer string) reach.Verdict {
	t.Helper()
	self, err := s.at(name)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.at(peer)
	if err != nil {
		t.Fatal(err)
	}
	return s.Side(self, d, other)
}

// TestDeletedRule checks that nothing is gained without a rule of a
// NetworkPolicy whose policyTypes are written.
func TestDeletedRule(t *testing.T) {
	deleted := 0
	for seed := range uint64(rounds(60)) {
		docs := newGenerator(seed + 3000).networkPoliciesOnly()
		for i, d := range docs {
			spec := d["spec"]
			if d["kind"] != "NetworkPolicy" {
				continue
			}
			if types, _ := spec.(doc)["policyTypes"].([]any); len(types) == 0 {
				continue
			}
			for side := range sides {
				rules, _ := spec.(doc)[side].([]any)
				if len(rules) == 0 {
					continue
				}
				fewer := cloned(docs)
				fewer[i]["spec"].(doc)[side] = rules[1:]
				deleted++
				names := namesIn(docs)
				before, err := verdicts(docs, names)
				if err != nil {
					t.Fatal(err)
				}
				after, err := verdicts(fewer, names)
				if err != nil {
					t.Fatal(err)
				}
				for pair, v := range after {
					if !within(v, before[pair]) {
						t.Fatalf("seed %d: %s was %v, is %v without the first %s rule of\n%s", seed, pair, before[pair], v, side, text(docs[i:i+1]))
					}
				}
			}
		}
	}
	if deleted < 20 {
		t.Errorf("only %d rules were deleted", deleted)
	}
}

// TestNegatedSelector checks that of In and NotIn with the same values exactly
// one matches a pod, with the key or without.
func TestNegatedSelector(t *testing.T) {
	for seed := range uint64(rounds(40)) {
		g := newGenerator(seed + 4000)
		docs := slices.DeleteFunc(g.networkPoliciesOnly(), func(d doc) bool {
			return d["kind"] == "NetworkPolicy" || d["kind"] != "Namespace" && fmt.Sprint(d) != fmt.Sprint(withoutHost(d))
		})
		docs = append(docs, doc{"apiVersion": "v1", "kind": "Pod", "metadata": doc{"name": "server", "namespace": "x"}, "spec": doc{"containers": []any{doc{"name": "c"}}}})
		e := doc{"key": g.of("app", "tier"), "values": atLeastOne(g, 2, func() string { return g.of("a", "b", "") })}
		allowed := map[string]int{}
		for _, operator := range []string{"In", "NotIn"} {
			expression := doc{"key": e["key"], "values": e["values"], "operator": operator}
			policy := doc{
				"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": doc{"name": "np", "namespace": "x"},
				"spec": doc{"ingress": []any{doc{"from": []any{doc{"namespaceSelector": doc{}, "podSelector": doc{"matchExpressions": []any{expression}}}}}}},
			}
			engine, err := newSubject(text(append(docs, policy)), true)
			if err != nil {
				t.Fatal(err)
			}
			for name := range engine.workloads {
				if v := engine.side(t, "x/server", graph.Ingress, name); v.Must == v.May && !v.Must.Empty() {
					allowed[name]++
				}
			}
		}
		for _, name := range namesIn(docs)[1:] {
			if workloads := allowed[name]; workloads != 1 && name[1] == '/' {
				t.Errorf("seed %d: %d of In and NotIn match %s for %v", seed, workloads, name, e)
			}
		}
	}
}

func withoutHost(d doc) doc {
	return everywhere(func(_ string, value any) any {
		if v, ok := value.(doc); ok {
			delete(v, "hostNetwork")
		}
		return value
	})(generator{}, []doc{d})[0]
}

// TestNetworkPolicyAsBaseline checks that a NetworkPolicy means to pods what a
// baseline policy does that accepts what it allows and denies all other pods.
func TestNetworkPolicyAsBaseline(t *testing.T) {
	for seed := range uint64(rounds(60)) {
		g := newGenerator(seed + 5000)
		docs := slices.DeleteFunc(g.networkPoliciesOnly(), func(d doc) bool { return d["kind"] == "NetworkPolicy" })
		for i := range docs {
			docs[i] = withoutHost(docs[i])
		}
		side, peers := "ingress", "from"
		if g.chance(50) {
			side, peers = "egress", "to"
		}
		subject := g.podSelector()
		var rules, baseline []any
		for range g.IntN(3) {
			rule, accept := doc{}, doc{"action": "Accept"}
			everyone := doc{"namespaces": doc{}}
			accept[peers] = []any{everyone}
			if g.chance(80) {
				namespaces, pods := g.namespaceSelector(), g.podSelector()
				rule[peers] = []any{doc{"namespaceSelector": namespaces, "podSelector": pods}}
				accept[peers] = []any{doc{"pods": doc{"namespaceSelector": namespaces, "podSelector": pods}}}
			}
			if g.chance(60) {
				from := g.port()
				rule["ports"] = []any{doc{"port": from, "endPort": from + 30, "protocol": "TCP"}, doc{"protocol": "UDP"}}
				accept["protocols"] = []any{
					doc{"tcp": doc{"destinationPort": doc{"range": doc{"start": from, "end": from + 30}}}},
					doc{"udp": doc{"destinationPort": doc{"range": doc{"start": 1, "end": 65535}}}},
				}
			}
			rules, baseline = append(rules, rule), append(baseline, accept)
		}
		baseline = append(baseline, doc{"action": "Deny", peers: []any{doc{"namespaces": doc{}}}})
		np := doc{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": doc{"name": "np", "namespace": "x"}, "spec": doc{
			"podSelector": subject, "policyTypes": []any{map[string]string{"ingress": "Ingress", "egress": "Egress"}[side]}, side: rules,
		}}
		cnp := doc{"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": doc{"name": "cnp"}, "spec": doc{
			"tier": "Baseline", "priority": 1, side: baseline,
			"subject": doc{"pods": doc{"namespaceSelector": doc{"matchLabels": doc{"kubernetes.io/metadata.name": "x"}}, "podSelector": subject}},
		}}
		var pods []string
		for _, name := range namesIn(docs) {
			if len(name) > 1 && name[1] == '/' {
				pods = append(pods, name)
			}
		}
		one, err := verdicts(append(slices.Clone(docs), np), pods)
		if err != nil {
			t.Fatal(err)
		}
		other, err := verdicts(append(slices.Clone(docs), cnp), pods)
		if err != nil {
			t.Fatal(err)
		}
		for pair, v := range one {
			if v != other[pair] {
				t.Fatalf("seed %d: %s is %v with\n%s\nand %v with\n%s", seed, pair, v, text([]doc{np}), other[pair], text([]doc{cnp}))
			}
		}
	}
}

// TestOneThreadAndMany checks that the list of connections is the same however
// many threads make it, and what Allowed says of each pair.
func TestOneThreadAndMany(t *testing.T) {
	for seed := range uint64(rounds(15)) {
		docs := newGenerator(seed + 6000).world()
		engine, err := newSubject(text(docs), true)
		if err != nil {
			t.Fatal(err)
		}
		var lists [2][]reach.Connection
		for i, threads := range []int{1, 4} {
			before := runtime.GOMAXPROCS(threads)
			lists[i], err = engine.Connections(context.Background())
			runtime.GOMAXPROCS(before)
			if err != nil {
				t.Fatal(err)
			}
		}
		if fmt.Sprint(lists[0]) != fmt.Sprint(lists[1]) {
			t.Errorf("seed %d: one thread lists\n%v\nfour list\n%v", seed, lists[0], lists[1])
		}
		listed := map[string]bool{}
		for _, c := range lists[0] {
			listed[c.Source.String()+" "+c.Destination.String()] = true
			if v := engine.Allowed(c.Source, c.Destination); v != c.Verdict {
				t.Errorf("seed %d: %s -> %s is listed as %v, Allowed says %v", seed, c.Source, c.Destination, c.Verdict, v)
			}
		}
		for _, src := range engine.workloads {
			for _, dst := range engine.workloads {
				v := engine.Allowed(reach.Workload(src), reach.Workload(dst))
				if key := src.String() + " " + dst.String(); src != dst && listed[key] == v.May.Empty() {
					t.Errorf("seed %d: %s is listed: %v, Allowed says %v", seed, key, listed[key], v)
				}
			}
		}
	}
}
