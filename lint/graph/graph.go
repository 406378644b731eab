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
	parts      map[*manifest.Object]any // *Workload, *Service or *Policy

	mu      sync.Mutex
	matches map[*Peer]*Match
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
	return build(all, g.parts)
}

func build(objects []*manifest.Object, known map[*manifest.Object]any) *Graph {
	g := &Graph{
		objects:    objects,
		namespaces: map[nsKey]*Namespace{},
		parts:      make(map[*manifest.Object]any, len(objects)),
		matches:    map[*Peer]*Match{},
	}
	present := map[manifest.ID]bool{}
	for _, o := range objects {
		present[manifest.ID{Kind: o.ID.Kind, Namespace: o.ID.Namespace, Name: o.ID.Name}] = true
	}
	for _, o := range objects {
		if owner, owned := ownedBy(o); owned && present[owner] {
			continue
		}
		g.add(o, known[o])
	}
	g.sort()
	g.link()
	g.readEntries()
	return g
}

// add takes one object in. part is what an earlier graph read from it, nil if
// it is new; it is copied, because links differ from graph to graph.
func (g *Graph) add(o *manifest.Object, part any) {
	if part == nil {
		part = read(o)
	}
	switch part := part.(type) {
	case *Workload:
		w := *part
		w.Namespace, w.Policies = g.namespaceOf(o), nil
		w.Namespace.Workloads = append(w.Namespace.Workloads, &w)
		g.Workloads = append(g.Workloads, &w)
		g.parts[o] = &w
	case *Service:
		s := *part
		s.Namespace, s.Workloads = g.namespaceOf(o), nil
		s.Namespace.Services = append(s.Namespace.Services, &s)
		g.Services = append(g.Services, &s)
		g.parts[o] = &s
	case *Policy:
		p := *part
		p.Namespace, p.Workloads = nil, nil
		g.parts[o] = &p
		if p.SubjectNamespaces != nil {
			g.Admin = append(g.Admin, &p)
			return
		}
		p.Namespace = g.namespaceOf(o)
		p.Namespace.Policies = append(p.Namespace.Policies, &p)
		g.Policies = append(g.Policies, &p)
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

// read returns what an object is to the graph, nil if nothing.
func read(o *manifest.Object) any {
	if w := newWorkload(o); w != nil {
		return w
	}
	group := o.ID.Group()
	switch {
	case o.ID.Kind == "Namespace" && group == "" && o.ID.Name != "":
		return &Namespace{}
	case o.ID.Kind == "Service" && group == "":
		return newService(o)
	case IsNetworkPolicy(o.ID):
		return newNetworkPolicy(o)
	case group == "policy.networking.k8s.io" && adminKinds[o.ID.Kind]:
		return newAdminPolicy(o)
	case unmodelledKinds[o.ID.Kind]:
		return &Unmodelled{}
	}
	return nil
}

var adminKinds = map[string]bool{
	"AdminNetworkPolicy": true, "BaselineAdminNetworkPolicy": true, "ClusterNetworkPolicy": true,
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
	for _, n := range g.Namespaces {
		n.byLabel = map[label][]*Workload{}
		for _, w := range n.Workloads {
			for key, value := range w.Labels {
				n.byLabel[label{key, value}] = append(n.byLabel[label{key, value}], w)
			}
		}
		for _, p := range n.Policies {
			p.Workloads = n.Select(p.Subject)
			for _, w := range p.Workloads {
				w.Policies = append(w.Policies, p)
			}
		}
		for _, s := range n.Services {
			if s.Selector != nil {
				s.Workloads = n.Select(*s.Selector)
			}
		}
	}
	for _, p := range g.Admin {
		if p.SubjectNamespaces.Invalid {
			continue
		}
		certain, _ := g.SelectNamespaces(*p.SubjectNamespaces)
		for _, n := range certain {
			p.Workloads = append(p.Workloads, slices.DeleteFunc(n.Select(p.Subject), func(w *Workload) bool { return w.HostNetwork })...)
		}
	}
}
