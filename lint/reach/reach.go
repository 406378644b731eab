package reach

import (
	"reflect"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// Rule is the provider of the engine: a rule names it in Requires and reads it
// with Of.
var Rule = &lint.Rule{
	Name:   "reach",
	Result: reflect.TypeFor[*Engine](),
	Run:    func(pass *lint.Pass) (any, error) { return New(pass.Graph, pass.Options), nil },
}

// Of returns the engine over a pass's graph.
func Of(pass *lint.Pass) *Engine { return pass.ResultOf[Rule].(*Engine) }

// Engine answers which connections the policies of a graph allow. It is made
// once and may be asked by many at the same time.
type Engine struct {
	graph    *graph.Graph
	universe *universe
	profile  profile
	compile  *compiler
	effects  [2][]*effect // by direction and class
	complete bool
	partial  bool // there may be NetworkPolicies that are not in the input
	// exempt matches whatever may be a pod's own node, which always reaches the
	// pod and may be out of reach of the pod's policies.
	exempt  *rule
	answers answers
}

// New builds the engine of a graph. Of the options it reads the network plugin,
// whether the input is complete, whether further policies may exist, and the
// addresses of pods.
func New(g *graph.Graph, o *lint.Options) *Engine {
	e := &Engine{graph: g, profile: profiles[o.CNI], complete: o.Complete, partial: o.PartialPolicies && !o.Complete}
	e.universe = newUniverse(g, newMentions(g), e.profile)
	e.compile = &compiler{
		graph: g, universe: e.universe, profile: e.profile, podCIDRs: connset.AddressesOf(o.PodCIDRs...),
		namespaces: map[string]match{}, pods: map[string]match{}, compiled: map[policySide][]*rule{},
	}
	e.compile.all()
	b := &builder{
		graph: g, profile: e.profile, partial: e.partial, compile: e.compile,
		sides: map[sideKey]*side{}, effects: map[string]*effect{},
		unsure: map[*graph.Namespace][]*graph.Policy{}, certain: map[uint64]*certainSides{},
	}
	e.exempt = &rule{peers: match{maybe: e.universe.nodes(e.profile.hostPods)}}
	for _, d := range graph.Directions {
		e.effects[d] = make([]*effect, len(e.universe.classes))
		for i, c := range e.universe.classes {
			e.effects[d][i] = b.effect(c, d)
		}
	}
	return e
}
