package reach_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// openInput is manifests that leave something open: a Namespace that is not
// declared, one whose name nobody says, a policy of a kind that is not
// modelled, labels that a controller adds, policies that are elsewhere.
type openInput struct {
	docs     []doc
	symbolic bool // objects of the namespace "w" do not say so
	partial  bool // there are more policies
}

func (g generator) openInput() openInput {
	in := openInput{symbolic: g.chance(30), partial: g.chance(15)}
	for _, d := range g.world() {
		if d["kind"] == "Namespace" && g.chance(50) {
			continue
		}
		if d["kind"] == "NetworkPolicy" && g.chance(10) {
			d["spec"].(doc)["podSelector"] = g.selector("pod-template-hash", "app")
		}
		in.docs = append(in.docs, d)
	}
	if g.chance(15) {
		kind := doc{"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": doc{"name": "c", "namespace": g.of("x", "z")}}
		if g.chance(30) {
			kind = doc{"apiVersion": "projectcalico.org/v3", "kind": "GlobalNetworkPolicy", "metadata": doc{"name": "c"}}
		}
		kind["spec"] = doc{"selector": "all()"}
		in.docs = append(in.docs, kind)
	}
	return in
}

// text writes the input as a user has it.
func (in openInput) text() string {
	docs := make([]doc, 0, len(in.docs))
	for _, d := range in.docs {
		if in.symbolic && namespaceOf(d) == "w" {
			d = withNamespace(d, nil)
		}
		if in.symbolic && d["kind"] == "Namespace" && d["metadata"].(doc)["name"] == "w" {
			continue
		}
		docs = append(docs, d)
	}
	return text(docs)
}

func namespaceOf(d doc) string {
	n, _ := d["metadata"].(doc)["namespace"].(string)
	return n
}

func withNamespace(d doc, namespace any) doc {
	copied, meta := doc{}, doc{}
	for key, value := range d {
		copied[key] = value
	}
	for key, value := range d["metadata"].(doc) {
		meta[key] = value
	}
	delete(meta, "namespace")
	if namespace != nil {
		meta["namespace"] = namespace
	}
	copied["metadata"] = meta
	return copied
}

// completion is one cluster that the input may be of.
type completion struct {
	*world
	symbolic string          // the namespace that "w" stands for
	moved    map[string]bool // workloads of "w"
	extra    *pod            // a pod that is not in the input
}

// complete settles at random what the input leaves open.
func (g generator) complete(in openInput) (completion, error) {
	c := completion{symbolic: "w", moved: map[string]bool{}}
	if in.symbolic {
		c.symbolic = g.of("w", "default") // it is taken to be none of those that the input names
	}
	var docs []doc
	declared := map[string]bool{}
	for _, d := range in.docs {
		meta := d["metadata"].(doc)
		switch kind := d["kind"]; {
		case kind == "Namespace":
			if in.symbolic && meta["name"] == "w" {
				continue
			}
			declared[meta["name"].(string)] = true
		case kind == "Deployment":
			template := d["spec"].(doc)["template"].(doc)
			labels := doc{"pod-template-hash": g.of("a", "b", "x")}
			for key, value := range template["metadata"].(doc)["labels"].(doc) {
				labels[key] = value
			}
			d = doc{"apiVersion": "apps/v1", "kind": kind, "metadata": meta, "spec": doc{
				"replicas": 2, "template": doc{"metadata": doc{"labels": labels}, "spec": template["spec"]},
			}}
		case kind == "CiliumNetworkPolicy" || kind == "GlobalNetworkPolicy":
			docs = append(docs, g.anyPolicies(namespaceOf(d))...)
			continue
		}
		if namespaceOf(d) == "w" {
			d = withNamespace(d, c.symbolic)
			c.moved[meta["name"].(string)] = true
		}
		docs = append(docs, d)
	}
	if in.partial {
		for i := range g.IntN(4) {
			docs = append(docs, g.networkPolicy(fmt.Sprintf("partial%d", i)))
		}
	}
	for _, n := range append([]string{c.symbolic, "elsewhere"}, generatedNamespaces...) {
		if !declared[n] {
			declared[n] = true
			docs = append(docs, doc{"apiVersion": "v1", "kind": "Namespace", "metadata": doc{"name": n, "labels": g.labels("team", "env")}})
		}
	}
	extra := g.pods("extra")
	for extra["kind"] != "Pod" || extra["spec"].(doc)["hostNetwork"] != nil {
		extra = g.pods("extra")
	}
	extra["metadata"].(doc)["namespace"] = g.of("x", "z", "elsewhere")
	docs = append(docs, extra)
	var err error
	if c.world, err = newWorld(text(docs)); err != nil {
		return c, err
	}
	c.extra = c.pods[slices.IndexFunc(c.pods, func(p *pod) bool { return p.name == "extra" })]
	return c, nil
}

// anyPolicies draws policies that may do anything to the pods of a namespace,
// or of all.
func (g generator) anyPolicies(namespace string) (docs []doc) {
	for i := range g.IntN(3) {
		np := g.networkPolicy(fmt.Sprintf("more%d", i))
		if namespace != "" {
			np = withNamespace(np, namespace)
		}
		docs = append(docs, np)
	}
	if g.chance(50) {
		cnp := g.clusterNetworkPolicy("more")
		if spec := cnp["spec"].(doc); namespace != "" {
			spec["subject"] = doc{"namespaces": doc{"matchLabels": doc{"kubernetes.io/metadata.name": namespace}}}
		}
		docs = append(docs, cnp)
	}
	return docs
}

// name returns the name that an end of the completion has in the input.
func (c completion) name(in openInput, e end) string {
	if e.pod == nil {
		return e.String()
	}
	workload, _, _ := strings.Cut(e.pod.name, "#")
	if in.symbolic && c.moved[workload] {
		return "w/" + workload
	}
	return e.pod.namespace + "/" + workload
}

// TestOpenWorlds checks that what the engine says of an open input holds in
// whatever cluster completes it: what must be allowed is, and what is allowed
// may be.
func TestOpenWorlds(t *testing.T) {
	failures := 0
	for seed := range uint64(rounds(15)) {
		in := newGenerator(seed).openInput()
		check := func(docs []doc) (string, error) {
			smaller := in
			smaller.docs = docs
			return openDisagreement(smaller, seed)
		}
		difference, err := check(in.docs)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if difference == "" {
			continue
		}
		t.Logf("symbolic %v, partial %v", in.symbolic, in.partial)
		fail(t, seed, in.docs, check)
		if failures++; failures == 3 {
			return
		}
	}
}

func openDisagreement(in openInput, seed uint64) (string, error) {
	objects, err := objectsOf(in.text())
	if err != nil {
		return "", err
	}
	g := graph.New(objects)
	options := lint.DefaultOptions()
	options.PartialPolicies = in.partial
	engine := &subject{Engine: reach.New(g, options), workloads: map[string]*graph.Workload{}}
	for _, w := range g.Workloads {
		engine.workloads[w.Namespace.Name+"/"+w.Name] = w
		if w.Namespace.Symbolic() {
			engine.workloads["w/"+w.Name] = w
		}
	}
	conns := questionsOf(in.docs)
	for n := range uint64(4) {
		c, err := newGenerator(seed + n<<32).complete(in)
		if err != nil {
			return "", err
		}
		for _, src := range c.ends() {
			for _, dst := range c.ends() {
				if src.pod == dst.pod {
					continue
				}
				v, err := c.verdict(engine, g, in, src, dst)
				if err != nil {
					return "", err
				}
				for _, q := range conns {
					q.src, q.dst = src, dst
					must, may, _ := c.ask(q)
					gotMust, gotMay := v.Must.Has(conn(q.protocol, int(q.port))), v.May.Has(conn(q.protocol, int(q.port)))
					if gotMust && !must || may && !gotMay {
						return fmt.Sprintf("%s -> %s %s/%d: the engine says must %v, may %v; completion %d must %v, may %v (namespaces %v, symbolic %s)\n",
							src, dst, q.protocol, q.port, gotMust, gotMay, n, must, may, c.namespaces, c.symbolic), nil
					}
				}
			}
		}
	}
	return "", nil
}

// ends returns all pods, a node and two addresses.
func (c completion) ends() (ends []end) {
	for _, p := range c.pods {
		ends = append(ends, end{pod: p})
	}
	return append(ends, end{node: &node{addresses: c.unknown}}, end{addr: c.unknown[0]}, end{addr: c.unknown[len(c.unknown)/2]})
}

// verdict asks the engine about ends of a completion. A pod that is not in the
// input is one of a region that holds it.
func (c completion) verdict(engine *subject, g *graph.Graph, in openInput, src, dst end) (reach.Verdict, error) {
	at := func(e end) (reach.Endpoint, error) {
		if e.pod != c.extra || e.pod == nil {
			return engine.at(c.name(in, e))
		}
		region := reach.Region{Pods: graph.SelectorOf(e.pod.labels), Namespace: g.Namespace(e.pod.namespace)}
		if region.Namespace == nil {
			region.Namespaces = graph.SelectorOf(c.namespaces[e.pod.namespace])
		}
		return reach.Pods(region), nil
	}
	from, err := at(src)
	if err != nil {
		return reach.Verdict{}, err
	}
	to, err := at(dst)
	if err != nil {
		return reach.Verdict{}, err
	}
	return engine.Allowed(from, to), nil
}
