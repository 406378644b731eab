package rego

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// projection turns a graph into the document of schema.json.
type projection struct {
	*terms
	*ids
	graph   *graph.Graph
	options *lint.Options
	matches map[string][][2]*ast.Term // by what selects, see project_policy.go
	// subjects are the workloads that NetworkPolicies select.
	subjects map[*graph.Match]*ast.Term
}

func newProjection(g *graph.Graph, options *lint.Options) *projection {
	return &projection{
		terms: newTerms(), ids: newIDs(g), graph: g, options: options, matches: map[string][][2]*ast.Term{},
		subjects: map[*graph.Match]*ast.Term{},
	}
}

func (p *projection) bundle(name string) *ast.Term {
	return ast.ObjectTerm(
		p.field("bundle", p.string(name)),
		p.field("complete", boolean(p.options.Complete)),
		p.field("namespaces", list(p.graph.Namespaces, p.namespaceTerm)),
		p.field("workloads", list(p.graph.Workloads, p.workload)),
		p.field("services", list(p.graph.Services, p.service)),
		p.field("policies", list(policies(p.graph), p.policy)),
		p.field("unmodelled", list(unmodelled(p.graph), p.unmodelled)),
	)
}

// id returns the term of an object's id.
func (p *projection) id(o *manifest.Object) *ast.Term { return p.string(p.of[o]) }

// meta returns what all objects have. n is nil outside of namespaces.
func (p *projection) meta(o *manifest.Object, kind, name string, n *graph.Namespace) [][2]*ast.Term {
	metadata := o.Value.Get("metadata")
	fields := [][2]*ast.Term{
		p.field("id", p.id(o)),
		p.field("api_version", p.string(o.ID.APIVersion)),
		p.field("kind", p.string(kind)),
		p.field("name", p.string(name)),
		p.field("labels", p.stringMap(metadata.Get("labels").Strings())),
		p.field("annotations", p.stringMap(metadata.Get("annotations").Strings())),
	}
	if n != nil {
		fields = append(fields, p.field("namespace", p.string(p.namespaces[n])))
	}
	return fields
}

func (p *projection) namespaceTerm(n *graph.Namespace) *ast.Term {
	var annotations map[string]string
	if n.Object != nil {
		annotations = n.Object.Value.Get("metadata").Get("annotations").Strings()
	}
	return ast.ObjectTerm(
		p.field("id", p.string(p.namespace(n))),
		p.field("name", p.string(p.namespaces[n])),
		p.field("declared", boolean(n.Object != nil)),
		p.field("system", boolean(p.options.System(n.Name))),
		p.field("labels", p.stringMap(n.Labels)),
		p.field("annotations", p.stringMap(annotations)),
		p.field("workloads", list(n.Workloads, p.workloadID)),
		p.field("services", list(n.Services, func(s *graph.Service) *ast.Term { return p.id(s.Object) })),
		p.field("policies", list(n.Policies, p.policyID)),
	)
}

func (p *projection) workloadID(w *graph.Workload) *ast.Term { return p.id(w.Object) }
func (p *projection) policyID(q *graph.Policy) *ast.Term     { return p.id(q.Object) }

func (p *projection) workload(w *graph.Workload) *ast.Term {
	fields := p.meta(w.Object, w.Kind, w.Name, w.Namespace)
	fields = append(fields,
		p.field("pod_labels", p.stringMap(w.Labels)),
		p.field("pod_labels_path", p.path(w.LabelsPath)),
		p.field("host_network", boolean(w.HostNetwork)),
		p.field("hook", boolean(w.Hook)),
		p.field("ports", list(w.Ports, p.containerPort)),
		p.field("policies", list(w.Policies, p.policyID)),
		p.field("isolated", ast.ObjectTerm(
			p.field("ingress", boolean(w.Isolated(graph.Ingress))),
			p.field("egress", boolean(w.Isolated(graph.Egress))),
		)),
	)
	return ast.ObjectTerm(p.optional(fields, "service_account", w.ServiceAccount)...)
}

func (p *projection) containerPort(port graph.Port) *ast.Term {
	fields := [][2]*ast.Term{
		p.field("protocol", p.string(string(port.Protocol))),
		p.field("port", number(port.Number)),
		p.field("init", boolean(port.Init)),
	}
	if port.HostPort != 0 {
		fields = append(fields, p.field("host_port", number(port.HostPort)))
	}
	return ast.ObjectTerm(p.optional(fields, "name", port.Name)...)
}

func (p *projection) service(s *graph.Service) *ast.Term {
	fields := p.meta(s.Object, "Service", s.Name, s.Namespace)
	fields = append(fields,
		p.field("type", p.string(s.Type)),
		p.field("ports", list(s.Ports, p.servicePort)),
		p.field("workloads", list(s.Workloads, p.workloadID)),
	)
	if s.Selector != nil {
		fields = append(fields, p.field("selector", p.stringMap(s.Selector.Labels())))
	}
	return ast.ObjectTerm(fields...)
}

func (p *projection) servicePort(port graph.ServicePort) *ast.Term {
	fields := [][2]*ast.Term{
		p.field("path", p.path(port.Path)),
		p.field("protocol", p.string(string(port.Protocol))),
		p.field("port", number(port.Port)),
	}
	if port.TargetName == "" {
		fields = append(fields, p.field("target_port", number(port.Target)))
	}
	if port.NodePort != 0 {
		fields = append(fields, p.field("node_port", number(port.NodePort)))
	}
	fields = p.optional(fields, "target_port_name", port.TargetName)
	return ast.ObjectTerm(p.optional(fields, "name", port.Name)...)
}

func (p *projection) unmodelled(u *graph.Unmodelled) *ast.Term {
	return ast.ObjectTerm(p.meta(u.Object, u.Object.ID.Kind, u.Object.ID.Name, u.Namespace)...)
}
