package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// finder looks for the pods that selectors mean where they select none. It
// remembers what it has looked up, because policies are copied.
type finder struct {
	pass     *lint.Pass
	lexicons map[string]*lexicon // by the selector of the namespaces
	own      map[*graph.Namespace]*lexicon
	owners   map[neighbours]map[pin][]*owner
}

func newFinder(pass *lint.Pass) *finder {
	return &finder{
		pass: pass, lexicons: map[string]*lexicon{}, own: map[*graph.Namespace]*lexicon{},
		owners: map[neighbours]map[pin][]*owner{},
	}
}

// in returns the labels in use in a namespace.
func (f *finder) in(n *graph.Namespace) *lexicon {
	if f.own[n] == nil {
		f.own[n] = newLexicon(n.Workloads)
	}
	return f.own[n]
}

// expects reports whether the input should hold pods that a selector of a
// policy matches: it asks for some label, and for none that only a running
// cluster, or the next release, knows.
func (f *finder) expects(p *graph.Policy, s graph.Selector) bool {
	if s.Matches(nil) || s.Invalid || s.Unsatisfiable() || transient(s) || p.Object.Value.At(externalPods).Exists() {
		return false
	}
	return !slices.ContainsFunc(s.Keys(), func(key string) bool {
		return listed(f.pass.Options.OperatorLabels, key) || listed(runtimeLabels, key)
	})
}

// externalPods is the annotation that says that the pods of a policy are made
// by something outside the input.
var externalPods = manifest.Field("metadata", "annotations", "nplint.dev/external-pods")

// runtimeLabels are put on pods, not on their templates, by controllers, by
// webhooks, or by the application itself.
var runtimeLabels = []string{
	"apps.kubernetes.io/pod-index", "controller-revision-hash", "pod-template-generation", "pod-template-hash",
	"rollouts-pod-template-hash", "statefulset.kubernetes.io/pod-name", "topology.kubernetes.io/*",
	"deploymentconfig", "openshift.io/*", "kubevirt.io", "kubevirt.io/*", "vm.kubevirt.io/*", "serving.knative.dev/*",
	"istio.io/*", "security.istio.io/*", "service.istio.io/*", "linkerd.io/*",
	"spark-role", "spilo-role", "vault-active", "vault-initialized", "vault-perf-standby", "vault-sealed",
}

// listed reports whether a list holds a key, or a prefix of it that ends in "*".
func listed(list []string, key string) bool {
	return slices.ContainsFunc(list, func(label string) bool {
		prefix, wildcard := strings.CutSuffix(label, "*")
		return key == label || wildcard && strings.HasPrefix(key, prefix)
	})
}

// whereabouts is where a selector of a policy matches workloads beyond the
// policy's namespace.
type whereabouts struct {
	// here says that some may be in the policy's namespace after all, because
	// it is not known which namespace one of the two is.
	here bool
	// there are the others, home the one namespace that they are in, nil if
	// there are several.
	there []*graph.Workload
	home  *graph.Namespace
}

// elsewhere looks for the workloads that a selector of a policy matches beyond
// the policy's namespace.
func (f *finder) elsewhere(p *graph.Policy, s graph.Selector) whereabouts {
	var where whereabouts
	for _, w := range f.pass.Graph.Select(s) {
		switch {
		case w.Hook:
		case w.Namespace == p.Namespace:
		case mayMeet(p, w):
			where.here = true
		case len(where.there) == 0 || where.home == w.Namespace:
			where.home, where.there = w.Namespace, append(where.there, w)
		default:
			where.home, where.there = nil, append(where.there, w)
		}
	}
	return where
}

// mayMeet reports whether the namespaces of a policy and a workload, which are
// not the same in the input, may be so in the cluster. What is applied together
// with and without a namespace is taken for different ones, in which case the
// answer is only possible.
func mayMeet(p *graph.Policy, w *graph.Workload) bool {
	if p.Namespace.Symbolic() {
		return w.Object.Root != p.Object.Root
	}
	return w.Namespace.Symbolic()
}

// surely is how certain it is that the pods of a policy's namespace are known
// and that it is not the one in which others were found.
func surely(p *graph.Policy) lint.Certainty {
	if p.Namespace.Symbolic() || !inhabited(p.Namespace) {
		return lint.Possible
	}
	return lint.Certain
}

// inhabited reports whether the input holds workloads of a namespace.
func inhabited(n *graph.Namespace) bool {
	return slices.ContainsFunc(n.Workloads, func(w *graph.Workload) bool { return !w.Hook })
}
