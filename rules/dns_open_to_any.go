package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

var dnsOpenToAny = &lint.Rule{
	Name: "dns-open-to-any",
	Doc: `DNS is admitted to any server

A rule for port 53 without peers, or with blocks that hold every address, lets pods
ask any DNS server, those on the Internet included. Data can leave inside lookups,
past every other restriction. Pods need the cluster's own servers only. It is legal
and often meant, hence info, and a warning in the preset strict.

Silent: for DNS servers, which ask others.

Not checked: rules for further ports.

https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/`,
	Severity: lint.Info,
	Tags:     []string{"dns", "exposure"},
	Requires: []*lint.Rule{reach.Rule},
	Run:      runDNSOpenToAny,
}

func runDNSOpenToAny(pass *lint.Pass) (any, error) {
	eachRule(pass, func(p *graph.Policy, rule *graph.PolicyRule) {
		if rule.Direction == graph.Ingress || rule.AllPorts || !admitsEverybody(rule) ||
			slices.ContainsFunc(rule.Ports, func(port graph.PolicyPort) bool { return !meansDNS(pass.Options, port) }) ||
			selectsResolver(p.Subject) ||
			len(p.Workloads) > 0 && !slices.ContainsFunc(p.Workloads, func(w *graph.Workload) bool { return !servesDNS(pass.Options, w) }) {
			return
		}
		path := rule.Path
		if !rule.AllPeers {
			path = rule.PeersPath
		}
		pass.Report(lint.Diagnostic{
			Severity: pass.Advisory(), Object: p.Object, Path: path,
			Message: fmt.Sprintf("%s lets %s ask any DNS server on %s, in and out of the cluster", p, subjectName(p), portList(rule.Ports)),
			Witness: reachable(reach.Of(pass), p.Workloads, someServer, rule.Ports[0].Protocol, 53),
			Fixes: []lint.Fix{{Message: "admit only the cluster's DNS servers", Ops: []lint.Op{{
				Object: p.Object, Path: rule.PeersPath, Kind: lint.Set, Value: []any{clusterDNSPeer},
			}}}},
		})
	})
	return nil, nil
}
