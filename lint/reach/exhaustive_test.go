package reach_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/nplint/nplint/lint/manifest"
)

// absent stands for a field that is not written.
var absent = new(int)

// The small worlds: two namespaces of two pods each, and one or two
// NetworkPolicies in every shape.
var (
	smallLabels = [][]doc{ // of the pods x/a, x/b, z/a and z/b
		{{"k": "a"}, {"k": "b"}, {"k": "a", "l": "b"}, {}},
		{{}, {"l": "a"}, {"k": "b", "l": "b"}, {"k": "a"}},
		{{"k": "a", "l": "a"}, {"k": ""}, {"l": "b"}, {"k": "a", "l": "b"}},
	}
	smallSelectors = []any{
		doc{}, doc{"matchLabels": doc{"k": "a"}}, doc{"matchLabels": doc{"k": "a", "l": "b"}}, expression("k", "In", "a", "b"),
		expression("k", "NotIn", "a"), expression("k", "Exists"), expression("l", "DoesNotExist"),
		doc{"matchLabels": doc{"k": "a"}, "matchExpressions": []any{doc{"key": "l", "operator": "NotIn", "values": []any{"b"}}}},
	}
	smallNamespaceSelectors = []any{
		absent, doc{}, doc{"matchLabels": doc{"kubernetes.io/metadata.name": "z"}}, expression("kubernetes.io/metadata.name", "NotIn", "z"),
		doc{"matchLabels": doc{"team": "a"}}, expression("team", "DoesNotExist"),
	}
	smallTypes = []any{
		absent, nil, []any{}, []any{"Ingress"}, []any{"Egress"}, []any{"Ingress", "Egress"},
	}
	smallPorts = []any{
		absent, nil, []any{}, []any{doc{}}, []any{nil}, []any{doc{"port": 80}}, []any{doc{"port": 80, "protocol": "UDP"}},
		[]any{doc{"port": "web"}}, []any{doc{"port": 80, "endPort": 82}, doc{"protocol": "SCTP"}},
	}
	smallOtherSides = []any{absent, []any{}, []any{doc{}}, []any{doc{"ports": []any{doc{"port": 80}}}}}
)

func expression(key, operator string, values ...any) doc {
	e := doc{"key": key, "operator": operator}
	if len(values) > 0 {
		e["values"] = values
	}
	return doc{"matchExpressions": []any{e}}
}

// fields builds a map of those fields that are written.
func fields(pairs ...any) doc {
	d := doc{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != absent {
			d[pairs[i].(string)] = pairs[i+1]
		}
	}
	return d
}

// smallPeers returns every shape of from or to.
func smallPeers() []any {
	list := []any{absent, nil, []any{}}
	for _, n := range smallNamespaceSelectors {
		for _, p := range smallSelectors {
			list = append(list, []any{fields("namespaceSelector", n, "podSelector", p)})
		}
		if n != absent {
			list = append(list, []any{doc{"namespaceSelector": n}})
		}
	}
	list = append(list,
		[]any{doc{"ipBlock": doc{"cidr": "192.0.2.0/24"}}},
		[]any{doc{"ipBlock": doc{"cidr": "0.0.0.0/0", "except": []any{"192.0.2.0/24", "10.0.0.0/8"}}}},
		[]any{doc{"ipBlock": doc{"cidr": "0.0.0.0/0", "except": []any{"192.0.2.0/24"}}}, doc{"podSelector": doc{"matchLabels": doc{"k": "b"}}}},
	)
	return list
}

// smallRules returns every shape of ingress or egress.
func smallRules(peers string) []any {
	list := []any{absent, nil, []any{}, []any{nil}}
	for _, p := range smallPeers() {
		for _, ports := range smallPorts {
			list = append(list, []any{fields(peers, p, "ports", ports)})
		}
	}
	return list
}

// smallPolicies visits every policy with rules of every shape in one direction.
func smallPolicies(visit func(doc)) {
	n := 0
	for side, peers := range sides {
		other := map[string]string{"ingress": "egress", "egress": "ingress"}[side]
		for _, rules := range smallRules(peers) {
			for _, types := range smallTypes {
				for _, selector := range append([]any{absent}, smallSelectors...) {
					for _, o := range smallOtherSides {
						n++
						visit(doc{
							"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
							"metadata": doc{"name": "np" + strconv.Itoa(n%7), "namespace": "x"},
							"spec":     fields("podSelector", selector, "policyTypes", types, side, rules, other, o),
						})
					}
				}
			}
		}
	}
}

func smallCluster(labels []doc) []doc {
	docs := []doc{
		{"apiVersion": "v1", "kind": "Namespace", "metadata": doc{"name": "x", "labels": doc{"team": "a"}}},
		{"apiVersion": "v1", "kind": "Namespace", "metadata": doc{"name": "z"}},
	}
	for i, name := range []string{"x/a", "x/b", "z/a", "z/b"} {
		port := doc{"name": "web", "containerPort": 80 + i%2, "protocol": []string{"TCP", "TCP", "UDP", "TCP"}[i]}
		docs = append(docs, doc{
			"apiVersion": "v1", "kind": "Pod", "metadata": doc{"name": name[2:], "namespace": name[:1], "labels": labels[i]},
			"spec": doc{"containers": []any{doc{"name": "c", "ports": []any{port}}}},
		})
	}
	return docs
}

var (
	smallEnds  = []string{"x/a", "x/b", "z/a", "192.0.2.1", "203.0.113.1", "node"}
	smallConns = []question{
		{protocol: "TCP", port: 79}, {protocol: "TCP", port: 80}, {protocol: "TCP", port: 81}, {protocol: "TCP", port: 83},
		{protocol: "UDP", port: 80}, {protocol: "SCTP", port: 1},
	}
)

// smallDisagreement compares engine and oracle in a small world.
func smallDisagreement(cluster *world, policies []doc, objects []*manifest.Object) (string, error) {
	w, err := cluster.with(jsonText(policies))
	if err != nil {
		return "", err
	}
	engine := subjectOf(objects, true)
	for _, src := range smallEnds {
		for _, dst := range smallEnds {
			if difference, err := w.compare(engine, src, dst, smallConns); difference != "" || err != nil {
				return difference, err
			}
		}
	}
	return "", nil
}

// TestSmallWorlds compares engine and oracle in the worlds of one policy, every
// n-th of them unless the environment asks for all, and in as many of two.
func TestSmallWorlds(t *testing.T) {
	const every = 61 // prime to all the dimensions
	step := every
	if os.Getenv("NPLINT_REACH_ALL") != "" {
		step = 1
	}
	clusters := make([][]doc, len(smallLabels))
	worlds := make([]*world, len(smallLabels))
	objects := make([][]*manifest.Object, len(smallLabels))
	for i, labels := range smallLabels {
		clusters[i] = smallCluster(labels)
		var err error
		if worlds[i], err = newWorld(jsonText(clusters[i])); err != nil {
			t.Fatal(err)
		}
		for _, d := range clusters[i] {
			objects[i] = append(objects[i], objectOf(d))
		}
	}
	var last doc
	var lastObject *manifest.Object
	n, tried := 0, 0
	smallPolicies(func(policy doc) {
		if n++; n%step != 0 || t.Failed() {
			return
		}
		object, i := objectOf(policy), n/step%len(clusters)
		check := func(docs []doc, objects []*manifest.Object) {
			tried++
			difference, err := smallDisagreement(worlds[i], docs[6:], objects)
			if err != nil {
				t.Fatal(err)
			}
			if difference != "" {
				fail(t, uint64(n), docs, disagreement)
			}
		}
		check(append(clusters[i][:6:6], policy), append(objects[i][:6:6], object))
		if last != nil {
			check(append(clusters[i][:6:6], policy, last), append(objects[i][:6:6], object, lastObject))
		}
		last, lastObject = policy, object
		last["metadata"] = doc{"name": "last", "namespace": []string{"x", "z"}[n/step%2]}
		lastObject = objectOf(last)
	})
	t.Logf("%d worlds of %d", tried, 2*n)
}

// objectOf returns what reading a manifest returns.
func objectOf(d doc) *manifest.Object {
	meta := d["metadata"].(doc)
	namespace, _ := meta["namespace"].(string)
	o := manifest.NewObject(manifest.ID{
		APIVersion: d["apiVersion"].(string), Kind: d["kind"].(string), Namespace: namespace, Name: meta["name"].(string),
	}, nowhere{})
	o.Value = valueOf(d)
	return o
}

func valueOf(value any) manifest.Value {
	switch v := value.(type) {
	case doc:
		var members []manifest.Member
		for key, part := range v {
			members = append(members, manifest.Member{Key: key, Value: valueOf(part)})
		}
		return manifest.MapOf(members)
	case []any:
		values := make([]manifest.Value, len(v))
		for i, part := range v {
			values[i] = valueOf(part)
		}
		return manifest.ListOf(values)
	case string:
		return manifest.Scalar(manifest.String, v, true)
	case int:
		return manifest.Scalar(manifest.Int, strconv.Itoa(v), false)
	case bool:
		return manifest.Scalar(manifest.Bool, fmt.Sprint(v), false)
	}
	return manifest.Scalar(manifest.Null, "null", false)
}

// nowhere is the source of objects that are in no file.
type nowhere struct{}

var noFile = &manifest.File{Name: "generated.yaml"}

func (nowhere) Locate(manifest.Path) manifest.Origin {
	return manifest.Origin{Span: manifest.Span{File: noFile}}
}
func (nowhere) Span() manifest.Span { return manifest.Span{File: noFile} }
