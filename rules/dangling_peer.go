package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
)

var danglingPeer = &lint.Rule{
	Name: "dangling-peer",
	Doc: `peer matches no pod

A peer whose podSelector matches no pod admits nobody, and the traffic that it was
written for stays denied. It is a warning where a label is misspelt or where a
workload has all of several labels but one. Without such a near miss the pods may
be deployed by somebody else, so that it is only info, unless the input is said to
be complete.

Peers in other namespaces are checked where the input holds workloads of all
namespaces that the peer is known to match; without a near miss only where it
names them. Peers in every namespace are checked in a complete input.

Not checked: labels that operators put on the pods they create, labels that pods
get while they run, pods that every cluster brings itself, such as the DNS
servers, and policies with the annotation nplint.dev/external-pods.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors`,
	Severity: lint.Warning,
	Tags:     []string{"peers"},
	Run:      runDanglingPeer,
}

func runDanglingPeer(pass *lint.Pass) (any, error) {
	f := newFinder(pass)
	eachPeer(pass, func(p *graph.Policy, rule *graph.PolicyRule, i int) {
		peer := rule.Peers[i]
		a, absent := f.absent(p, peer)
		if !absent || !a.near && !a.closed {
			return
		}
		if c := f.confused(p, rule, i).severity; c > lint.Info || c == lint.Info && !a.near {
			return
		}
		if _, _, leaked := leakedLabel(pass, p, peer); !leaked {
			f.reportAbsent(p, peer, a)
		}
	})
	return nil, nil
}

// absence is a peer that matches no pod of namespaces that the input knows.
type absence struct {
	where string // the namespaces
	// closed says that the peer can match no other namespaces.
	closed bool
	near   bool
	miss   nearMiss
}

// absent returns why a peer matches no pod, if it is known to match none and is
// not misdirected.
func (f *finder) absent(p *graph.Policy, peer *graph.Peer) (absence, bool) {
	if peer.Pods == nil || peer.Invalid || len(f.pass.Graph.Match(p, peer).Workloads) > 0 || !f.expects(p, *peer.Pods) {
		return absence{}, false
	}
	labels, a, known := f.searched(p, peer)
	if !known || !f.pass.Options.Complete && wellKnown(*peer.Pods) != nil {
		return absence{}, false
	}
	if _, misdirected := f.misdirected(p, peer); misdirected || peer.Local() && len(f.ownersOf(p, *peer.Pods)) > 0 {
		return absence{}, false
	}
	a.miss, a.near = findNearMiss(*peer.Pods, labels)
	where := f.elsewhere(p, *peer.Pods)
	a.near = a.near && len(where.there) == 0 && !a.miss.deliberate(p)
	return a, !where.here
}

// searched returns the labels in use where a peer matches nothing, if the input
// holds workloads of all the namespaces that it is known to match. No workload of
// these matches the peer.
func (f *finder) searched(p *graph.Policy, peer *graph.Peer) (*lexicon, absence, bool) {
	m := f.pass.Graph.Match(p, peer)
	if peer.Local() {
		a := absence{where: namespaceName(p.Namespace), closed: true}
		return f.in(p.Namespace), a, inhabited(p.Namespace)
	}
	complete := f.pass.Options.Complete
	for _, n := range m.Possible {
		if len(n.Select(*peer.Pods)) > 0 {
			return nil, absence{}, false
		}
	}
	names, named := peer.Namespaces.Values(graph.NameLabel)
	if peer.Namespaces.Everything() && !complete || named && len(names) > len(m.Namespaces) {
		return nil, absence{}, false
	}
	a := absence{where: namespacesOf(peer), closed: named || complete}
	if len(m.Namespaces) == 1 {
		a.where = namespaceName(m.Namespaces[0])
	}
	labels, known := f.within(*peer.Namespaces, m.Namespaces)
	return labels, a, known
}

// within returns the labels in use in the namespaces that a selector matches,
// if there are any and the input holds workloads of each.
func (f *finder) within(s graph.Selector, namespaces []*graph.Namespace) (*lexicon, bool) {
	name := s.String()
	if _, known := f.lexicons[name]; !known {
		var workloads []*graph.Workload
		for _, n := range namespaces {
			if !inhabited(n) {
				workloads = nil
				break
			}
			workloads = append(workloads, n.Workloads...)
		}
		f.lexicons[name] = newLexicon(workloads)
	}
	return f.lexicons[name], len(f.lexicons[name].workloads) > 0
}

func (f *finder) reportAbsent(p *graph.Policy, peer *graph.Peer, a absence) {
	path := peer.Path.Key("podSelector")
	d := lint.Diagnostic{
		Severity: lint.Info, Certainty: lint.Possible, Object: p.Object, Path: path,
		Message: fmt.Sprintf("a peer of %s matches no pod: no workload of %s in the input has %s", p, a.where, peer.Pods),
	}
	if f.pass.Options.Complete {
		d.Severity, d.Certainty = lint.Warning, lint.Certain
	}
	if a.near {
		d.Severity = lint.Warning
		if a.closed {
			d.Certainty = lint.Certain
		}
		d.Path = labelPath(p.Object, path, a.miss.key)
		d.Message = fmt.Sprintf("a peer of %s matches no pod, so that traffic stays denied: %s", p, a.miss.why(a.where))
		d.Related = a.miss.places()
	}
	f.pass.Report(d)
}
