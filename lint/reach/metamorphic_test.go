package reach_test

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/reach"
)

// verdicts returns the engine's answer for all pairs of some ends.
func verdicts(docs []doc, names []string) (map[string]reach.Verdict, error) {
	engine, err := newSubject(text(docs), true)
	if err != nil {
		return nil, err
	}
	all := map[string]reach.Verdict{}
	for _, src := range names {
		for _, dst := range names {
			v, err := engine.allowed(src, dst)
			if err != nil {
				return nil, err
			}
			all[src+" -> "+dst] = v
		}
	}
	return all, nil
}

// namesIn returns the workloads of manifests, a node, and the addresses that
// their policies tell apart.
func namesIn(docs []doc) []string {
	names := []string{"node"}
	for _, d := range docs {
		if d["kind"] == "Pod" || d["kind"] == "Deployment" {
			names = append(names, namespaceOf(d)+"/"+d["metadata"].(doc)["name"].(string))
		}
	}
	for _, a := range edges(text(docs), true) {
		names = append(names, a.String())
	}
	return names
}

// rewriting changes manifests in a way that must not change any answer.
type rewriting struct {
	name    string
	rewrite func(generator, []doc) []doc
	rename  func(string) string // of an end, nil for none
}

var rewritings = []rewriting{
	{name: "permuted", rewrite: permuted},
	{name: "a policy per rule", rewrite: onePolicyPerRule},
	{name: "policies twice", rewrite: func(_ generator, docs []doc) []doc {
		for _, d := range docs {
			if d["kind"] == "NetworkPolicy" {
				docs = append(docs, renamed(d, "-again"))
			}
		}
		return docs
	}},
	{name: "labels as expressions", rewrite: everywhere(labelsAsExpressions)},
	{name: "other words", rewrite: everywhere(otherWords), rename: func(name string) string {
		if namespace, pod, found := strings.Cut(name, "/"); found {
			return word(namespace) + "/" + pod
		}
		return name
	}},
	{name: "more replicas", rewrite: everywhere(func(key string, value any) any {
		if key == "replicas" {
			return 7
		}
		return value
	})},
	{name: "a label that nobody mentions", rewrite: everywhere(func(key string, value any) any {
		if set, ok := value.(doc); ok && key == "labels" {
			set["unmentioned"] = "a"
		}
		return value
	})},
	{name: "ports as ranges", rewrite: everywhere(portsAsRanges)},
	{name: "blocks in parts", rewrite: everywhere(blocksInParts)},
	{name: "a pod more", rewrite: func(_ generator, docs []doc) []doc {
		return append(docs,
			doc{"apiVersion": "v1", "kind": "Namespace", "metadata": doc{"name": "fresh"}},
			doc{"apiVersion": "v1", "kind": "Pod", "metadata": doc{"name": "fresh", "namespace": "fresh"}, "spec": doc{"containers": []any{doc{"name": "c"}}}})
	}},
	{name: "rules behind a catch-all", rewrite: rulesBehindCatchAll},
	{name: "a pass at the end of the admin tier", rewrite: func(_ generator, docs []doc) []doc {
		return append(docs, doc{
			"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": doc{"name": "pass"},
			"spec": doc{
				"tier": "Admin", "priority": 1000, "subject": doc{"namespaces": doc{}},
				"ingress": []any{doc{"action": "Pass", "from": []any{doc{"namespaces": doc{}}}}},
				"egress":  []any{doc{"action": "Pass", "to": []any{doc{"namespaces": doc{}}, doc{"networks": []any{"0.0.0.0/0", "::/0"}}}}},
			},
		})
	}},
}

// TestRewritings checks that what means the same is answered the same.
func TestRewritings(t *testing.T) {
	for _, r := range rewritings {
		t.Run(r.name, func(t *testing.T) {
			for seed := range uint64(rounds(25)) {
				docs := newGenerator(seed + 1000).world()
				if difference, err := r.difference(seed, docs); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				} else if difference != "" {
					fail(t, seed, docs, func(docs []doc) (string, error) { return r.difference(seed, docs) })
					return
				}
			}
		})
	}
}

func (r rewriting) difference(seed uint64, docs []doc) (string, error) {
	names := namesIn(docs)
	before, err := verdicts(docs, names)
	if err != nil {
		return "", err
	}
	rename := r.rename
	if rename == nil {
		rename = func(name string) string { return name }
	}
	others := make([]string, len(names))
	for i, name := range names {
		others[i] = rename(name)
	}
	after, err := verdicts(r.rewrite(newGenerator(seed), cloned(docs)), others)
	if err != nil {
		return "", err
	}
	for _, src := range names {
		for _, dst := range names {
			was, is := before[src+" -> "+dst], after[rename(src)+" -> "+rename(dst)]
			if was != is {
				return fmt.Sprintf("%s: %s -> %s was %v, is %v", r.name, src, dst, was, is), nil
			}
		}
	}
	return "", nil
}

// cloned returns a deep copy.
func cloned(docs []doc) []doc {
	return everywhere(func(_ string, v any) any { return v })(generator{}, docs)
}

// everywhere rewrites all values of manifests, inner ones first, in a copy.
func everywhere(rewrite func(key string, value any) any) func(generator, []doc) []doc {
	var visit func(key string, value any) any
	visit = func(key string, value any) any {
		switch v := value.(type) {
		case doc:
			copied := doc{}
			for k, part := range v {
				copied[k] = visit(k, part)
			}
			return rewrite(key, copied)
		case []any:
			copied := []any{}
			for _, part := range v {
				copied = append(copied, visit(key+"[]", part))
			}
			return rewrite(key, copied)
		}
		return rewrite(key, value)
	}
	return func(_ generator, docs []doc) []doc {
		out := make([]doc, len(docs))
		for i, d := range docs {
			out[i] = visit("", d).(doc)
		}
		return out
	}
}

func renamed(d doc, suffix string) doc {
	copied := cloned([]doc{d})[0]
	copied["metadata"].(doc)["name"] = copied["metadata"].(doc)["name"].(string) + suffix
	return copied
}

// permuted shuffles documents and all lists but the rules of admin policies.
func permuted(g generator, docs []doc) []doc {
	g.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	for i, d := range docs {
		admin := d["kind"] != "NetworkPolicy"
		docs[i] = everywhere(func(key string, value any) any {
			if list, ok := value.([]any); ok && (!admin || key != "ingress" && key != "egress") {
				g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			}
			return value
		})(g, []doc{d})[0]
	}
	return docs
}

// directions returns the effective policyTypes.
func directions(spec doc) []any {
	if types, ok := spec["policyTypes"].([]any); ok && len(types) > 0 {
		return types
	}
	if rules, ok := spec["egress"].([]any); ok && len(rules) > 0 {
		return []any{"Ingress", "Egress"}
	}
	return []any{"Ingress"}
}

func onePolicyPerRule(_ generator, docs []doc) (out []doc) {
	for _, d := range docs {
		if d["kind"] != "NetworkPolicy" {
			out = append(out, d)
			continue
		}
		spec := d["spec"].(doc)
		none := renamed(d, "-none")
		none["spec"] = fields("podSelector", written(spec, "podSelector"), "policyTypes", directions(spec))
		out = append(out, none)
		for side := range sides {
			rules, _ := spec[side].([]any)
			for i, rule := range rules {
				one := renamed(none, fmt.Sprint("-", side, i))
				one["spec"].(doc)[side] = []any{rule}
				out = append(out, one)
			}
		}
	}
	return out
}

func written(d doc, key string) any {
	if value, ok := d[key]; ok {
		return value
	}
	return absent
}

func labelsAsExpressions(_ string, value any) any {
	s, ok := value.(doc)
	if !ok || s["matchLabels"] == nil {
		return value
	}
	list, _ := s["matchExpressions"].([]any)
	for key, v := range s["matchLabels"].(doc) {
		list = append(list, doc{"key": key, "operator": "In", "values": []any{v}})
	}
	return doc{"matchExpressions": list}
}

// word returns another word for a label's key or value or a namespace's name.
func word(s string) string {
	words := map[string]string{"app": "zz", "tier": "aa", "team": "mm", "env": "team", "a": "q", "b": "a", "x": "k8s", "z": "x", "w": "b"}
	if other := words[s]; other != "" {
		return other
	}
	return s
}

func otherWords(key string, value any) any {
	switch v := value.(type) {
	case string:
		return word(v)
	case doc:
		if key != "labels" && key != "matchLabels" {
			return v
		}
		set := doc{}
		for k, part := range v {
			set[word(k)] = part
		}
		return set
	}
	return value
}

func portsAsRanges(key string, value any) any {
	list, ok := value.([]any)
	if !ok || key != "ports" {
		return value
	}
	var out []any
	for _, item := range list {
		p, _ := item.(doc)
		from, numeric := p["port"].(int)
		if !numeric {
			out = append(out, item)
			continue
		}
		to, _ := p["endPort"].(int)
		to = max(to, from)
		middle := (from + to) / 2
		for _, part := range [][2]int{{from, middle}, {middle + 1, to}} {
			if part[0] <= part[1] {
				out = append(out, fields("protocol", written(p, "protocol"), "port", part[0], "endPort", part[1]))
			}
		}
	}
	return out
}

// blocksInParts writes an ipBlock as the blocks that are left without its
// excepts, or as its halves.
func blocksInParts(key string, value any) any {
	list, ok := value.([]any)
	if !ok || key != "from" && key != "to" {
		return value
	}
	var out []any
	for _, item := range list {
		block, ok := item.(doc)["ipBlock"].(doc)
		if !ok {
			out = append(out, item)
			continue
		}
		whole := netip.MustParsePrefix(block["cidr"].(string))
		parts := []netip.Prefix{whole}
		if whole.Bits() < whole.Addr().BitLen() {
			parts = halves(whole)
		}
		excepts, _ := block["except"].([]any)
		for _, e := range excepts {
			var rest []netip.Prefix
			for _, p := range parts {
				rest = append(rest, minus(p, netip.MustParsePrefix(e.(string)))...)
			}
			parts = rest
		}
		for _, p := range parts {
			out = append(out, doc{"ipBlock": doc{"cidr": p.String()}})
		}
	}
	if len(out) == 0 && len(list) > 0 {
		return list // nothing is left; an empty list would be everything
	}
	return out
}

func halves(p netip.Prefix) []netip.Prefix {
	low := netip.PrefixFrom(p.Addr(), p.Bits()+1)
	bytes := p.Addr().AsSlice()
	bytes[p.Bits()/8] |= 1 << (7 - p.Bits()%8)
	high, _ := netip.AddrFromSlice(bytes)
	return []netip.Prefix{low, netip.PrefixFrom(high, p.Bits()+1)}
}

// minus returns what is left of a prefix without another.
func minus(p, q netip.Prefix) []netip.Prefix {
	switch {
	case !p.Overlaps(q):
		return []netip.Prefix{p}
	case q.Bits() <= p.Bits():
		return nil
	}
	both := halves(p)
	return append(minus(both[0], q), minus(both[1], q)...)
}

// rulesBehindCatchAll adds to admin policies' ingress a rule for all pods and
// others behind it; the first is there in both readings.
func rulesBehindCatchAll(g generator, docs []doc) []doc {
	for _, d := range docs {
		spec, _ := d["spec"].(doc)
		rules, _ := spec["ingress"].([]any)
		for i, r := range rules {
			rule, ok := r.(doc)
			if !ok || rule["action"] == nil || rule["protocols"] != nil || rule["ports"] != nil {
				continue
			}
			for _, peer := range rule["from"].([]any) {
				if reflect.DeepEqual(peer, doc{"namespaces": doc{}}) {
					more := doc{"action": "Deny", "from": []any{g.podsOrNamespaces()}}
					spec["ingress"] = slices.Insert(slices.Clone(rules), i+1, any(more))
				}
			}
		}
	}
	return docs
}
