package rego

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
	"github.com/nplint/nplint/lint/reach"
)

// builtin is a function that modules may call beside OPA's own.
type builtin struct {
	name, doc string
	engine    bool // whether it asks the engine
	arguments []types.Type
	result    types.Type
	call      func(w *world, arguments []*ast.Term) (*ast.Term, error)
}

// world is what builtins are asked about: one bundle. Its engine is nil where
// no module of the library asks for it.
type world struct {
	input  *Input
	engine *reach.Engine
}

var (
	selectorType   = types.Named("selector", anyObject).Description("a LabelSelector")
	connectionType = types.NewObject([]*types.StaticProperty{
		types.NewStaticProperty("protocol", types.S),
		types.NewStaticProperty("ports", types.S),
		types.NewStaticProperty("ranges", types.NewArray(nil, types.NewObject([]*types.StaticProperty{
			types.NewStaticProperty("from", types.N), types.NewStaticProperty("to", types.N),
		}, nil))),
	}, nil)
	anyObject      = types.NewObject(nil, types.NewDynamicProperty(types.S, types.A))
	connectionsSet = types.NewArray(nil, connectionType)
)

// builtins are nplint's functions, sorted by name.
var builtins = []*builtin{{
	name: "nplint.allowed",
	doc: "Which connections policies allow from one end to another: those in every completion of the input (must), and " +
		"those in some (may). An end is the id of a workload, an address, a range or a CIDR outside the cluster, " +
		`"node", "ingress-controller", or pods that are not in the input: {"namespaces": selector, "pods": selector}.`,
	arguments: []types.Type{
		types.Named("source", endType).Description("where connections come from"),
		types.Named("destination", endType).Description("where they go"),
	},
	result: types.Named("verdict", types.NewObject([]*types.StaticProperty{
		types.NewStaticProperty("must", connectionsSet), types.NewStaticProperty("may", connectionsSet),
	}, nil)).Description("two lists of connections, empty where none are allowed"),
	engine: true,
	call:   (*world).allowed,
}, {
	name: "nplint.connections",
	doc: "Every connection that policies allow from a workload or to it, with other workloads of the bundle, addresses outside " +
		"the cluster and ingress controllers: certain ones, and those that are possible beyond them.",
	arguments: []types.Type{types.Named("workload", types.S).Description("the id of a workload")},
	result: types.Named("connections", types.NewArray(nil, types.NewObject([]*types.StaticProperty{
		types.NewStaticProperty("source", types.S), types.NewStaticProperty("destination", types.S),
		types.NewStaticProperty("certainty", types.S), types.NewStaticProperty("allowed", connectionsSet),
	}, nil))).Description("as `nplint connections -o json` lists them"),
	engine: true,
	call:   (*world).connections,
}, {
	name: "nplint.explain",
	doc: "Which rules of policies allow or deny connections from one end to another: for a finding about a connection, the " +
		"places to point at. A side that no policy isolates has none. The ends are those of nplint.allowed.",
	arguments: []types.Type{
		types.Named("source", endType).Description("where connections come from"),
		types.Named("destination", endType).Description("where they go"),
	},
	result: types.Named("rules", types.NewArray(nil, types.NewObject([]*types.StaticProperty{
		types.NewStaticProperty("object", types.S), types.NewStaticProperty("path", types.NewArray(nil, types.NewAny(types.S, types.N))),
		types.NewStaticProperty("direction", types.S), types.NewStaticProperty("action", types.S),
		types.NewStaticProperty("ports", connectionsSet),
	}, nil))).Description("the peers that match, those of the source's egress first"),
	engine: true,
	call:   (*world).explain,
}, {
	name: "nplint.isolated",
	doc:  "Whether some NetworkPolicy isolates a workload, so that only what policies allow is possible in that direction.",
	arguments: []types.Type{
		types.Named("workload", types.S).Description("the id of a workload"),
		types.Named("direction", types.S).Description(`"ingress" or "egress"`),
	},
	result: types.Named("isolated", types.B),
	call:   (*world).isolated,
}, {
	name: "nplint.selects",
	doc:  "Whether a LabelSelector matches labels, as Kubernetes decides it: an empty selector matches everything.",
	arguments: []types.Type{
		selectorType, types.Named("labels", anyObject).Description("labels of a pod or a namespace"),
	},
	result: types.Named("matches", types.B),
	call:   (*world).selects,
}}

var endType = types.NewAny(types.S, anyObject)

func (b *builtin) declaration() *ast.Builtin {
	return &ast.Builtin{
		Name: b.name, Description: b.doc, Categories: []string{"nplint"},
		Decl: types.NewFunction(b.arguments, b.result),
	}
}

// functions returns the builtins over a world.
func functions(w *world) []func(*rego.Rego) {
	var all []func(*rego.Rego)
	for _, b := range builtins {
		all = append(all, b.function(w))
	}
	return all
}

// function returns the builtin over a world. One query asks about one bundle,
// so that an answer holds for all of it.
func (b *builtin) function(w *world) func(*rego.Rego) {
	f := &rego.Function{Name: b.name, Decl: types.NewFunction(b.arguments, b.result), Memoize: true}
	return rego.FunctionDyn(f, func(_ rego.BuiltinContext, arguments []*ast.Term) (*ast.Term, error) {
		return b.call(w, arguments)
	})
}

func (w *world) selects(arguments []*ast.Term) (*ast.Term, error) {
	selector, err := selectorOf(arguments[0])
	if err != nil {
		return nil, err
	}
	labels := map[string]string{}
	err = forEach(arguments[1], func(key, value *ast.Term) error {
		k, isKey := key.Value.(ast.String)
		v, isValue := value.Value.(ast.String)
		if !isKey || !isValue {
			return fmt.Errorf("%s: %s is no label: keys and values are texts", key, value)
		}
		labels[string(k)] = string(v)
		return nil
	})
	return boolean(selector.Matches(labels)), err
}

func (w *world) isolated(arguments []*ast.Term) (*ast.Term, error) {
	workload, err := w.workload(arguments[0])
	if err != nil {
		return nil, err
	}
	for _, d := range graph.Directions {
		if arguments[1].Equal(ast.StringTerm(d.String())) {
			return boolean(len(workload.Isolating(d)) > 0), nil
		}
	}
	return nil, fmt.Errorf(`%s is no direction; write "ingress" or "egress"`, arguments[1])
}

// workload returns the workload of an id.
func (w *world) workload(id *ast.Term) (*graph.Workload, error) {
	if w == nil {
		return nil, errNoBundle
	}
	text, _ := id.Value.(ast.String)
	found := w.input.workloads[string(text)]
	if found == nil {
		return nil, fmt.Errorf("there is no workload %s%s", id, lint.Suggest(string(text), sortedKeys(w.input.workloads)))
	}
	return found, nil
}

// errNoBundle says how tests that run without a bundle replace a builtin.
var errNoBundle = fmt.Errorf("the input is no fixture: use `with input as data.nplint.fixtures[\"my-rule/bad.yaml\"]`, or replace the function")

// selectorOf reads a LabelSelector.
func selectorOf(t *ast.Term) (graph.Selector, error) {
	v, err := valueOf(t)
	if err != nil {
		return graph.Selector{}, err
	}
	for _, e := range v.Members() {
		if e.Key != "matchLabels" && e.Key != "matchExpressions" {
			return graph.Selector{}, fmt.Errorf("%s is no LabelSelector: it has the field %q", t, e.Key)
		}
	}
	s := graph.NewSelector(v)
	if s.Invalid {
		return s, fmt.Errorf("%s is no LabelSelector that Kubernetes accepts", t)
	}
	return s, nil
}

// valueOf returns a term as a manifest holds it.
func valueOf(t *ast.Term) (manifest.Value, error) {
	switch v := t.Value.(type) {
	case ast.Null:
		return manifest.Scalar(manifest.Null, "", false), nil
	case ast.String:
		return manifest.Scalar(manifest.String, string(v), true), nil
	case *ast.Array:
		var items []manifest.Value
		for i := range v.Len() {
			item, err := valueOf(v.Elem(i))
			if err != nil {
				return manifest.Value{}, err
			}
			items = append(items, item)
		}
		return manifest.ListOf(items), nil
	case ast.Object:
		var members []manifest.Member
		err := forEach(t, func(key, value *ast.Term) error {
			k, _ := key.Value.(ast.String)
			item, err := valueOf(value)
			members = append(members, manifest.Member{Key: string(k), Value: item})
			return err
		})
		return manifest.MapOf(members), err
	}
	return manifest.Value{}, fmt.Errorf("%s stands where a selector has a text, a list or a map", t)
}

// forEach calls f for the entries of an object.
func forEach(t *ast.Term, f func(key, value *ast.Term) error) error {
	object, ok := t.Value.(ast.Object)
	if !ok {
		return fmt.Errorf("%s is no object", t)
	}
	return object.Iter(f)
}
