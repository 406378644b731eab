package graph

import (
	"runtime"
	"sync"

	"github.com/nplint/nplint/lint/manifest"
)

// readAll returns what each object is to the graph, nil if nothing: a copy of
// what is known of it, or what is read from it, on all cores.
func readAll(objects []*manifest.Object, known map[*manifest.Object]any) []any {
	parts := make([]any, len(objects))
	share(len(objects), 256, func(from, to int) {
		p := paths{}
		for i, o := range objects[from:to] {
			if part := known[o]; part != nil {
				parts[from+i] = copyOf(part)
			} else {
				parts[from+i] = read(o, p)
			}
		}
	})
	return parts
}

// share divides n things among the cores, at least some for each.
func share(n, least int, f func(from, to int)) {
	var wg sync.WaitGroup
	each := max(n/runtime.GOMAXPROCS(0)+1, least)
	for from := 0; from < n; from += each {
		wg.Go(func() { f(from, min(from+each, n)) })
	}
	wg.Wait()
}

// copyOf returns a part of another graph without its links.
func copyOf(part any) any {
	switch part := part.(type) {
	case *Workload:
		w := *part
		w.Policies, w.Services = nil, nil
		return &w
	case *Service:
		s := *part
		s.Workloads = nil
		return &s
	case *Policy:
		p := *part
		p.Workloads = nil
		return &p
	}
	return part
}

// read returns what an object is to the graph, nil if nothing.
func read(o *manifest.Object, p paths) any {
	if w := newWorkload(o, p); w != nil {
		return w
	}
	group := o.ID.Group()
	switch {
	case o.ID.Kind == "Namespace" && group == "" && o.ID.Name != "":
		return &Namespace{}
	case o.ID.Kind == "Service" && group == "":
		return newService(o, p)
	case IsNetworkPolicy(o.ID):
		return newNetworkPolicy(o, p)
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
