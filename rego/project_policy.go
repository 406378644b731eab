package rego

import (
	"net/netip"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// The enumerations of the graph as the document spells them.
var (
	tierNames   = [...]string{graph.TierAdmin: "admin", graph.TierNetworkPolicy: "networkpolicy", graph.TierBaseline: "baseline"}
	actionNames = [...]string{graph.Allow: "allow", graph.Deny: "deny", graph.Pass: "pass"}
)

func (p *projection) policy(q *graph.Policy) *ast.Term {
	fields := p.meta(q.Object, q.Object.ID.Kind, q.Name, q.Namespace)
	fields = append(fields,
		p.field("tier", p.string(tierNames[q.Tier])),
		p.field("subject", p.subject(q)),
		p.field("ingress", p.side(q, graph.Ingress)),
		p.field("egress", p.side(q, graph.Egress)),
	)
	if q.Tier != graph.TierNetworkPolicy {
		fields = append(fields, p.field("priority", number(q.Priority)))
	}
	return ast.ObjectTerm(fields...)
}

func (p *projection) subject(q *graph.Policy) *ast.Term {
	namespaces, pods := selectorsAt(q.Object.Value.At(q.SubjectPath), q.SubjectPath)
	fields := [][2]*ast.Term{
		p.field("path", p.path(q.SubjectPath)),
		p.field("pod_selector", p.selector(pods)),
		p.field("workloads", p.selected(q)),
	}
	if q.SubjectNamespaces != nil {
		fields = append(fields, p.field("namespace_selector", p.selector(namespaces)))
	}
	return ast.ObjectTerm(fields...)
}

// selected returns the workloads of a policy. NetworkPolicies that select the same
// share one list.
func (p *projection) selected(q *graph.Policy) *ast.Term {
	if q.Namespace == nil {
		return list(q.Workloads, p.workloadID)
	}
	m := p.graph.MatchSubject(q)
	if p.subjects[m] == nil {
		p.subjects[m] = list(q.Workloads, p.workloadID)
	}
	return p.subjects[m]
}

func (p *projection) side(q *graph.Policy, d graph.Direction) *ast.Term {
	side := q.Side(d)
	return ast.ObjectTerm(
		p.field("isolates", boolean(side.Isolates)),
		p.field("path", p.path(side.Path)),
		p.field("rules", list(side.Rules, func(r *graph.PolicyRule) *ast.Term { return p.rule(q, r) })),
	)
}

func (p *projection) rule(q *graph.Policy, r *graph.PolicyRule) *ast.Term {
	fields := [][2]*ast.Term{
		p.field("path", p.path(r.Path)),
		p.field("action", p.string(actionNames[r.Action])),
		p.field("all_peers", boolean(r.AllPeers)),
		p.field("peers", list(r.Peers, func(peer *graph.Peer) *ast.Term { return p.peer(q, peer) })),
		p.field("all_ports", boolean(r.AllPorts)),
		p.field("ports", list(r.Ports, p.policyPort)),
	}
	return ast.ObjectTerm(p.optional(fields, "name", r.Name)...)
}

// peer returns a peer with what it matches in the bundle.
func (p *projection) peer(q *graph.Policy, peer *graph.Peer) *ast.Term {
	fields := [][2]*ast.Term{p.field("path", p.path(peer.Path))}
	kind := "pods"
	switch {
	case peer.Invalid:
		kind = "invalid"
	case peer.Block != nil:
		kind = "cidrs"
		fields = append(fields, p.field("cidrs", p.prefixes([]netip.Prefix{peer.Block.CIDR})), p.field("except", p.prefixes(peer.Block.Except)))
	case len(peer.Networks) > 0:
		kind = "cidrs"
		fields = append(fields, p.field("cidrs", p.prefixes(peer.Networks)), p.field("except", ast.InternedEmptyArray))
	case peer.Nodes != nil:
		kind = "nodes"
	case len(peer.Domains) > 0:
		kind = "domains"
		fields = append(fields, p.field("domains", list(peer.Domains, p.string)))
	default:
		fields = append(fields, p.pods(q, peer)...)
	}
	return ast.ObjectTerm(append(fields, p.field("type", p.string(kind)))...)
}

// pods returns the selectors of a peer and what they match. Peers that select
// the same share one list: a thousand policies may each admit every pod.
func (p *projection) pods(q *graph.Policy, peer *graph.Peer) [][2]*ast.Term {
	namespaces, pods := selectorsAt(q.Object.Value.At(peer.Path), peer.Path)
	fields := [][2]*ast.Term{p.field("pod_selector", p.selector(pods))}
	if peer.Namespaces != nil && !peer.Relative {
		fields = append(fields, p.field("namespace_selector", p.selector(namespaces)))
	}
	key := "own " + p.namespaces[q.Namespace]
	if peer.Namespaces != nil {
		key = "of " + ast.ObjectTerm(fields[1:]...).String()
	}
	key += " " + fields[0][1].String()
	if p.matches[key] == nil || peer.Relative {
		m := p.graph.Match(q, peer)
		p.matches[key] = [][2]*ast.Term{
			p.field("namespaces", list(m.Namespaces, p.namespaceName)),
			p.field("possible_namespaces", list(m.Possible, p.namespaceName)),
			p.field("workloads", list(m.Workloads, p.workloadID)),
		}
	}
	return append(fields, p.matches[key]...)
}

func (p *projection) namespaceName(n *graph.Namespace) *ast.Term { return p.string(p.namespaces[n]) }

func (p *projection) prefixes(all []netip.Prefix) *ast.Term {
	return list(all, func(prefix netip.Prefix) *ast.Term { return p.string(prefix.String()) })
}

func (p *projection) policyPort(port graph.PolicyPort) *ast.Term {
	fields := [][2]*ast.Term{p.field("path", p.path(port.Path)), p.field("all", boolean(port.All))}
	fields = p.optional(fields, "protocol", string(port.Protocol))
	fields = p.optional(fields, "name", port.Name)
	if port.Name == "" && !port.All {
		fields = append(fields, p.field("port", number(port.From)), p.field("end_port", number(port.To)))
	}
	return ast.ObjectTerm(fields...)
}

// selectorsAt returns the written selectors of a subject or peer. A
// NetworkPolicy's subject is a selector itself; the cluster-wide policies write
// namespaces alone, or both below pods.
func selectorsAt(v manifest.Value, path manifest.Path) (namespaces, pods manifest.Value) {
	if last := path[len(path)-1]; last.Key == "podSelector" {
		return manifest.Value{}, v
	} else if last.Key == "namespaces" {
		return older(v), manifest.Value{}
	}
	if v.Get("namespaces").Exists() {
		return older(v.Get("namespaces")), manifest.Value{}
	}
	if v.Get("pods").Exists() {
		v = v.Get("pods")
	}
	namespaces = v.Get("namespaceSelector")
	if !namespaces.Exists() {
		namespaces = v.Get("namespaces")
	}
	return older(namespaces), v.Get("podSelector")
}

// older returns the selector within what releases of the API up to v0.1.1
// wrote around it.
func older(v manifest.Value) manifest.Value {
	if inner := v.Get("namespaceSelector"); inner.Exists() {
		return inner
	}
	return v
}
