package reach_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// doc is a manifest, as JSON decodes one.
type doc = map[string]any

// text writes manifests as YAML.
func text(docs []doc) string {
	parts := make([]string, len(docs))
	for i, d := range docs {
		out, err := yaml.Marshal(d)
		if err != nil {
			panic(err)
		}
		parts[i] = string(out)
	}
	return strings.Join(parts, "---\n")
}

// jsonText writes manifests as JSON, which is YAML that reads faster.
func jsonText(docs []doc) string {
	parts := make([]string, len(docs))
	for i, d := range docs {
		out, err := json.Marshal(d)
		if err != nil {
			panic(err)
		}
		parts[i] = string(out)
	}
	return strings.Join(parts, "\n---\n")
}

// generator draws API-valid manifests of a small alphabet, so that labels,
// ports and addresses meet often.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 1))} }

func (g generator) chance(percent int) bool  { return g.IntN(100) < percent }
func (g generator) of(list ...string) string { return list[g.IntN(len(list))] }

// sides yields the fields of the directions.
func sides(yield func(side, peers string) bool) {
	_ = yield("ingress", "from") && yield("egress", "to")
}

// some returns up to n values.
func some[T any](g generator, n int, value func() T) []any {
	list := []any{}
	for range g.IntN(n + 1) {
		list = append(list, value())
	}
	return list
}

// atLeastOne returns up to n values, and one at least.
func atLeastOne[T any](g generator, n int, value func() T) []any {
	return append(some(g, n-1, value), value())
}

var (
	generatedNamespaces = []string{"x", "z", "w"}
	generatedPorts      = []int{53, 80, 81, 443, 8080}
	generatedNames      = []string{"web", "dns"}
	generatedCIDRs      = []string{
		"10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.0.0.4/30", "10.0.0.5/32", "192.0.2.0/24", "0.0.0.0/0", "::/0", "2001:db8::/64",
	}
	generatedExcepts = map[string][]string{
		"10.0.0.0/8": {"10.0.0.0/9", "10.0.0.4/30"}, "10.0.0.0/9": {"10.0.0.4/30"}, "10.0.0.4/30": {"10.0.0.5/32"},
		"192.0.2.0/24": {"192.0.2.0/25", "192.0.2.1/32"}, "0.0.0.0/0": {"10.0.0.0/8", "192.0.2.1/32"}, "::/0": {"2001:db8::/64"},
		"2001:db8::/64": {"2001:db8::1/128"},
	}
	generatedAddresses = []string{"10.0.0.5", "10.0.0.6", "10.200.0.1", "172.16.0.1", "2001:db8::1"}
)

// world draws a cluster of all kinds that the oracle knows. Admin policies are
// of one API version.
func (g generator) world() []doc {
	var docs []doc
	for _, n := range generatedNamespaces {
		docs = append(docs, doc{"apiVersion": "v1", "kind": "Namespace", "metadata": doc{"name": n, "labels": g.labels("team", "env")}})
	}
	for i := range 2 + g.IntN(4) {
		docs = append(docs, g.pods(fmt.Sprintf("p%d", i)))
	}
	for i := range g.IntN(5) {
		docs = append(docs, g.networkPolicy(fmt.Sprintf("np%d", i)))
	}
	switch g.IntN(4) {
	case 0:
		for i := range 1 + g.IntN(4) {
			docs = append(docs, g.clusterNetworkPolicy(fmt.Sprintf("cnp%d", i)))
		}
	case 1:
		for i := range 1 + g.IntN(3) {
			docs = append(docs, g.adminNetworkPolicy("AdminNetworkPolicy", fmt.Sprintf("anp%d", i)))
		}
		if g.chance(50) {
			docs = append(docs, g.adminNetworkPolicy("BaselineAdminNetworkPolicy", "default"))
		}
	}
	return docs
}

func (g generator) labels(keys ...string) doc {
	set := doc{}
	for _, key := range keys {
		if g.chance(70) {
			set[key] = g.of("a", "b", "b", "")
		}
	}
	return set
}

func (g generator) pods(name string) doc {
	spec := doc{"containers": atLeastOne(g, 2, g.container)}
	if g.chance(15) {
		c := g.container()
		if g.chance(50) {
			c["restartPolicy"] = "Always"
		}
		spec["initContainers"] = []any{c}
	}
	if g.chance(10) {
		spec["hostNetwork"] = true
	}
	meta, labels := doc{"name": name, "namespace": g.of(generatedNamespaces...)}, g.labels("app", "tier")
	if g.chance(20) {
		return doc{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": doc{
			"replicas": 2, "selector": doc{"matchLabels": labels}, "template": doc{"metadata": doc{"labels": labels}, "spec": spec},
		}}
	}
	meta["labels"] = labels
	pod := doc{"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
	if g.chance(60) && spec["hostNetwork"] == nil {
		pod["status"] = doc{"podIP": g.of(generatedAddresses...)}
		if g.chance(20) {
			pod["status"] = doc{"podIPs": []any{doc{"ip": "10.0.0.5"}, doc{"ip": "2001:db8::1"}}}
		}
	}
	return pod
}

func (g generator) container() doc {
	return doc{"name": fmt.Sprint("c", g.IntN(1000)), "ports": some(g, 3, func() doc {
		p := doc{"containerPort": g.port(), "protocol": g.protocol()}
		if g.chance(70) {
			p["name"] = g.of(generatedNames...)
		}
		return p
	})}
}

func (g generator) port() int        { return generatedPorts[g.IntN(len(generatedPorts))] }
func (g generator) protocol() string { return g.of("TCP", "TCP", "UDP", "SCTP") }

// selector draws a selector over the keys of pods, or of namespaces.
func (g generator) selector(keys ...string) any {
	s := doc{}
	if g.chance(50) {
		for _, key := range keys {
			if g.chance(40) {
				s["matchLabels"] = doc{key: g.of("a", "b", "x", "")}
			}
		}
	}
	if g.chance(40) {
		s["matchExpressions"] = atLeastOne(g, 2, func() doc {
			e := doc{"key": g.of(keys...), "operator": g.of("In", "NotIn", "Exists", "DoesNotExist")}
			if e["operator"] == "In" || e["operator"] == "NotIn" {
				e["values"] = atLeastOne(g, 2, func() string { return g.of("a", "b", "x", "") })
			}
			return e
		})
	}
	return s
}

func (g generator) podSelector() any { return g.selector("app", "tier") }
func (g generator) namespaceSelector() any {
	if g.chance(30) {
		return doc{"matchLabels": doc{"kubernetes.io/metadata.name": g.of(generatedNamespaces...)}}
	}
	return g.selector("team", "env")
}

func (g generator) networkPolicy(name string) doc {
	spec := doc{}
	if g.chance(90) {
		spec["podSelector"] = g.podSelector()
	}
	switch g.IntN(6) {
	case 0:
		spec["policyTypes"] = []any{"Ingress"}
	case 1:
		spec["policyTypes"] = []any{"Egress"}
	case 2, 3:
		spec["policyTypes"] = []any{"Egress", "Ingress"}
	case 4:
		spec["policyTypes"] = nil
	}
	for side, peers := range sides {
		if rules, written := g.list(70, 3, func() any { return g.rule(peers) }); written {
			spec[side] = rules
		}
	}
	return doc{
		"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
		"metadata": doc{"name": name, "namespace": g.of(generatedNamespaces...)}, "spec": spec,
	}
}

// list draws a list in one of the shapes absent, null, empty and filled.
func (g generator) list(filled, n int, value func() any) (list any, written bool) {
	switch {
	case g.chance(filled):
		return atLeastOne(g, n, value), true
	case g.chance(40):
		return []any{}, true
	case g.chance(40):
		return nil, true
	}
	return nil, false
}

func (g generator) rule(peers string) any {
	if g.chance(5) {
		return nil
	}
	rule := doc{}
	if list, written := g.list(75, 2, g.peer); written {
		rule[peers] = list
	}
	if list, written := g.list(60, 2, g.policyPort); written {
		rule["ports"] = list
	}
	return rule
}

func (g generator) peer() any {
	switch g.IntN(5) {
	case 0:
		return doc{"podSelector": g.podSelector()}
	case 1:
		return doc{"namespaceSelector": g.namespaceSelector()}
	case 2:
		return doc{"podSelector": g.podSelector(), "namespaceSelector": g.namespaceSelector()}
	}
	block := doc{"cidr": g.of(generatedCIDRs...)}
	if excepts := generatedExcepts[block["cidr"].(string)]; excepts != nil && g.chance(50) {
		block["except"] = atLeastOne(g, 2, func() string { return g.of(excepts...) })
	}
	return doc{"ipBlock": block}
}

func (g generator) policyPort() any {
	if g.chance(5) {
		return nil
	}
	p := doc{}
	if g.chance(60) {
		p["protocol"] = g.protocol()
	}
	switch g.IntN(4) {
	case 0:
		p["port"] = g.of(generatedNames...)
	case 1, 2:
		p["port"] = g.port()
		if g.chance(40) {
			p["endPort"] = p["port"].(int) + g.IntN(400)
		}
	}
	return p
}

func (g generator) clusterNetworkPolicy(name string) doc {
	spec := doc{"tier": g.of("Admin", "Admin", "Baseline"), "priority": 1 + g.IntN(2), "subject": g.podsOrNamespaces()}
	for side, peers := range sides {
		if g.chance(70) {
			spec[side] = atLeastOne(g, 3, func() doc {
				rule := g.adminRule(peers, "Accept", "Deny", "Pass")
				if g.chance(50) {
					rule["protocols"] = atLeastOne(g, 2, func() doc {
						if g.chance(20) {
							return doc{"destinationNamedPort": g.of(generatedNames...)}
						}
						port := doc{"number": g.port()}
						if start := g.port() - 1; g.chance(40) {
							port = doc{"range": doc{"start": start, "end": start + 1 + g.IntN(900)}}
						}
						return doc{strings.ToLower(g.protocol()): doc{"destinationPort": port}}
					})
				}
				return rule
			})
		}
	}
	return doc{"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": doc{"name": name}, "spec": spec}
}

func (g generator) adminNetworkPolicy(kind, name string) doc {
	spec, actions := doc{"subject": g.podsOrNamespaces()}, []string{"Allow", "Deny"}
	if kind == "AdminNetworkPolicy" {
		spec["priority"] = 1 + g.IntN(2)
		actions = append(actions, "Pass")
	}
	for side, peers := range sides {
		if g.chance(70) {
			spec[side] = atLeastOne(g, 3, func() doc {
				rule := g.adminRule(peers, actions...)
				if g.chance(50) {
					rule["ports"] = atLeastOne(g, 2, func() doc {
						switch g.IntN(3) {
						case 0:
							return doc{"namedPort": g.of(generatedNames...)}
						case 1:
							start := g.port() - 1
							return doc{"portRange": doc{"protocol": g.protocol(), "start": start, "end": start + 1 + g.IntN(900)}}
						}
						return doc{"portNumber": doc{"protocol": g.protocol(), "port": g.port()}}
					})
				}
				return rule
			})
		}
	}
	return doc{"apiVersion": "policy.networking.k8s.io/v1alpha1", "kind": kind, "metadata": doc{"name": name}, "spec": spec}
}

func (g generator) podsOrNamespaces() doc {
	if g.chance(50) {
		return doc{"namespaces": g.namespaceSelector()}
	}
	return doc{"pods": doc{"namespaceSelector": g.namespaceSelector(), "podSelector": g.podSelector()}}
}

func (g generator) adminRule(peers string, actions ...string) doc {
	rule := doc{"action": g.of(actions...)}
	rule[peers] = atLeastOne(g, 2, func() doc {
		switch {
		case peers == "from" || g.chance(50):
			return g.podsOrNamespaces()
		case g.chance(15):
			return doc{"nodes": g.selector("os")}
		case g.chance(10) && rule["action"] != "Deny" && rule["action"] != "Pass":
			return doc{"domainNames": []any{"*.example.com"}}
		}
		list := atLeastOne(g, 2, func() string { return g.of(generatedCIDRs...) })
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		return doc{"networks": slices.Compact(list)}
	})
	return rule
}
