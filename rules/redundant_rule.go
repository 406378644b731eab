package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var redundantRule = &lint.Rule{
	Name: "redundant-rule",
	Doc: `rule, peer or port that another one of the policy implies

The rules of a policy add up, and so do the peers and the ports of a rule: what is
within another one changes nothing. It misleads whoever reads it, above all where a
narrow rule stands beside a wide one and looks like a restriction. The comparison
holds for whatever pods there may be.

Not checked: what only several others together imply, apart from ports; rules of
different policies, which may be there for different reasons; policies with more
than a thousand rules.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Info,
	Tags:     []string{"redundancy"},
	Run:      runRedundantRule,
}

// mostCompared bounds how many things are compared with each other.
const mostCompared = 1000

func runRedundantRule(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			if p.Side(d).Isolates {
				reportRedundantRules(pass, p, p.Side(d).Rules)
			}
		}
	}
	return nil, nil
}

func reportRedundantRules(pass *lint.Pass, p *graph.Policy, rules []*graph.PolicyRule) {
	within := func(i, j int) bool { return ruleWithin(p.Namespace, rules[i], rules[j]) }
	for i, r := range rules {
		if j := container(i, len(rules), within); j >= 0 {
			reportRedundant(pass, p, "a rule", r.Path, rules[j].Path)
			continue
		}
		reportRedundantPeers(pass, p, r)
		reportRedundantPorts(pass, p, r)
	}
}

// container returns the first of n things that the one at i is within, -1 if there
// is none. Of two that are equal the first one stays.
func container(i, n int, within func(i, j int) bool) int {
	if n > mostCompared {
		return -1
	}
	for j := range n {
		if i != j && within(i, j) && (j < i || !within(j, i)) {
			return j
		}
	}
	return -1
}

func reportRedundantPeers(pass *lint.Pass, p *graph.Policy, r *graph.PolicyRule) {
	within := func(i, j int) bool { return peerWithin(p.Namespace, r.Peers[i], r.Peers[j]) }
	blocks := indexBlocks(r.Peers)
	for i, peer := range r.Peers {
		j := -1
		if peer.Block == nil {
			j = container(i, len(r.Peers), within)
		} else if !peer.Invalid {
			for _, wider := range blocks.around(peer.Block) {
				if wider != i && within(i, wider) && (wider < i || !within(wider, i)) {
					j = wider
					break
				}
			}
		}
		if j >= 0 {
			reportRedundant(pass, p, "a peer", peer.Path, r.Peers[j].Path)
		}
	}
}

// reportRedundantPorts reports the entries that are within another one, of two
// equal ones the second.
func reportRedundantPorts(pass *lint.Pass, p *graph.Policy, r *graph.PolicyRule) {
	sets := make([]connset.Set, len(r.Ports))
	for i := range r.Ports {
		sets[i], _ = portSet(r.Ports[i : i+1])
	}
	within := func(i, j int) bool { return portWithin(r.Ports[i], sets[j], r.Ports[j:j+1]) }
	for i, port := range r.Ports {
		if j := container(i, len(r.Ports), within); j >= 0 {
			reportRedundant(pass, p, "port "+portList(r.Ports[i:i+1]), port.Path, r.Ports[j].Path)
		}
	}
}

func reportRedundant(pass *lint.Pass, p *graph.Policy, what string, at, wider manifest.Path) {
	pass.Report(lint.Diagnostic{
		Object: p.Object, Path: at,
		Message: fmt.Sprintf("%s of %s allows nothing that another one of it does not", what, p),
		Related: []lint.Related{{Object: p.Object, Path: wider, Message: "allows that already"}},
		Fixes:   []lint.Fix{{Message: "remove it", Ops: []lint.Op{{Object: p.Object, Path: at, Kind: lint.Remove}}}},
	})
}
