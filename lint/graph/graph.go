package graph

import (
	"cmp"
	"slices"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// Graph is the objects of a bundle and how they relate. All lists are sorted
// by namespace, kind and name, then by place in the input.
type Graph struct {
	Namespaces []*Namespace
	Workloads  []*Workload
	Services   []*Service
	Policies   []*Policy // NetworkPolicies
	// Admin are the policies of the admin and then of the baseline tier, by
	// priority.
	Admin       []*Policy
	Entries     []*Entry      // what leads connections to pods from elsewhere
	ClusterWide []*Unmodelled // policies not modelled and not bound to a namespace

	objects    []*manifest.Object
	namespaces map[nsKey]*Namespace

	mu      sync.Mutex
	matches map[*Peer]*Match
	// matchesOf holds them by what is asked for, with those of selectors of
	// namespaces.
	matchesOf map[string]*answer

	index   sync.Once
	byLabel map[label][]*Workload
}

type nsKey struct{ name, root string }

// New builds the graph of some objects.
func New(objects []*manifest.Object) *Graph { return build(objects, nil) }

// With returns the graph with objects in place of those of the same identity,
// or beside the others if there are none. The graph itself stays as it is;
// what was read from the other objects is shared.
func (g *Graph) With(objects ...*manifest.Object) *Graph {
	all := slices.Clone(g.objects)
	for _, o := range objects {
		i := slices.IndexFunc(all, func(old *manifest.Object) bool { return old.ID == o.ID && old.Root == o.Root })
		if i < 0 {
			all = append(all, o)
		} else {
			all[i] = o
		}
	}
	return build(all, g.parts())
}

// parts returns what the graph has read from objects.
func (g *Graph) parts() map[*manifest.Object]any {
	parts := make(map[*manifest.Object]any, len(g.objects))
	for _, w := range g.Workloads {
		parts[w.Object] = w
	}
	for _, s := range g.Services {
		parts[s.Object] = s
	}
	for _, p := range slices.Concat(g.Policies, g.Admin) {
		parts[p.Object] = p
	}
	return parts
}

func build(objects []*manifest.Object, known map[*manifest.Object]any) *Graph {
	g := &Graph{
		objects:    objects,
		namespaces: map[nsKey]*Namespace{},
		matches:    map[*Peer]*Match{},
		matchesOf:  map[string]*answer{},
	}
	created := createdByOthers(objects)
	for i, part := range readAll(objects, known) {
		if o := objects[i]; !created[o] {
			g.add(o, part)
		}
	}
	g.sort()
	g.link()
	g.readEntries()
	return g
}

// add takes in what an object is.
func (g *Graph) add(o *manifest.Object, part any) {
	switch part := part.(type) {
	case *Workload:
		part.Namespace = g.namespaceOf(o)
		part.Namespace.Workloads = append(part.Namespace.Workloads, part)
		g.Workloads = append(g.Workloads, part)
	case *Service:
		part.Namespace = g.namespaceOf(o)
		part.Namespace.Services = append(part.Namespace.Services, part)
		g.Services = append(g.Services, part)
	case *Policy:
		if part.SubjectNamespaces != nil {
			g.Admin = append(g.Admin, part)
			return
		}
		part.Namespace = g.namespaceOf(o)
		part.Namespace.Policies = append(part.Namespace.Policies, part)
		g.Policies = append(g.Policies, part)
	case *Unmodelled:
		u := &Unmodelled{Object: o}
		if o.ID.Namespace == "" && clusterWide(o) {
			g.ClusterWide = append(g.ClusterWide, u)
			return
		}
		u.Namespace = g.namespaceOf(o)
		u.Namespace.Unmodelled = append(u.Namespace.Unmodelled, u)
	case *Namespace:
		n := g.namespace(nsKey{name: o.ID.Name})
		n.Object = o
		n.Labels = o.Value.Get("metadata").Get("labels").Strings()
		if n.Labels == nil {
			n.Labels = map[string]string{}
		}
		n.Labels[NameLabel] = n.Name
	}
}

func clusterWide(o *manifest.Object) bool {
	return o.ID.Kind != "CiliumNetworkPolicy" && o.ID.Kind != "NetworkPolicy"
}

// namespaceOf returns the namespace that an object is in.
func (g *Graph) namespaceOf(o *manifest.Object) *Namespace {
	if o.ID.Namespace == "" {
		return g.namespace(nsKey{root: o.Root})
	}
	return g.namespace(nsKey{name: o.ID.Namespace})
}

func (g *Graph) namespace(key nsKey) *Namespace {
	n := g.namespaces[key]
	if n == nil {
		n = &Namespace{Name: key.name, Root: key.root, Labels: map[string]string{}}
		if key.name != "" {
			n.Labels[NameLabel] = key.name
		}
		g.namespaces[key] = n
		g.Namespaces = append(g.Namespaces, n)
	}
	return n
}

// Namespace returns the namespace of a name, nil if the input knows none.
func (g *Graph) Namespace(name string) *Namespace { return g.namespaces[nsKey{name: name}] }

// sort orders all lists, so that nothing depends on the order of the files.
func (g *Graph) sort() {
	slices.SortFunc(g.Namespaces, func(a, b *Namespace) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Root, b.Root))
	})
	slices.SortStableFunc(g.Workloads, func(a, b *Workload) int { return compare(a.Object, b.Object) })
	slices.SortStableFunc(g.Services, func(a, b *Service) int { return compare(a.Object, b.Object) })
	slices.SortStableFunc(g.Policies, func(a, b *Policy) int { return compare(a.Object, b.Object) })
	slices.SortStableFunc(g.Admin, func(a, b *Policy) int {
		return cmp.Or(cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Priority, b.Priority), compare(a.Object, b.Object))
	})
	for i, n := range g.Namespaces {
		n.ordinal = i + 1 // the symbolic ones come first
		slices.SortStableFunc(n.Workloads, func(a, b *Workload) int { return compare(a.Object, b.Object) })
		slices.SortStableFunc(n.Services, func(a, b *Service) int { return compare(a.Object, b.Object) })
		slices.SortStableFunc(n.Policies, func(a, b *Policy) int { return compare(a.Object, b.Object) })
	}
}

func compare(a, b *manifest.Object) int {
	return cmp.Or(
		cmp.Compare(a.ID.Namespace, b.ID.Namespace), cmp.Compare(a.Root, b.Root),
		cmp.Compare(a.ID.Kind, b.ID.Kind), cmp.Compare(a.ID.Name, b.ID.Name),
		cmp.Compare(a.File().Name, b.File().Name), cmp.Compare(a.Span().Start, b.Span().Start),
	)
}

// link finds what policies and Services select.
func (g *Graph) link() {
	share(len(g.Namespaces), 16, func(from, to int) {
		for _, n := range g.Namespaces[from:to] {
			n.link()
		}
	})
	for _, p := range g.Admin {
		if p.SubjectNamespaces.Invalid {
			continue
		}
		certain, _ := g.SelectNamespaces(*p.SubjectNamespaces)
		for _, n := range certain {
			p.Workloads = append(p.Workloads, slices.DeleteFunc(slices.Clone(n.Select(p.Subject)), func(w *Workload) bool { return w.HostNetwork })...)
		}
	}
}
