package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var cniUnsupportedFeature = &lint.Rule{
	Name: "cni-unsupported-feature",
	Doc: `policy uses what the network plugin does not support

A plugin does not refuse what it does not know, it passes over it: without support
for endPort only the first port of a range is open, rules for SCTP match nothing,
a block of IPv6 addresses admits nobody. Which plugin the cluster has is said with
--cni, and with its version where that matters: --cni cilium@1.15. Without a
version the newest one is meant.

The finding is only possible where a setting of the plugin decides.

Not checked: plugins that --cni does not know; without --cni nothing.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports`,
	Severity: lint.Warning,
	Tags:     []string{"cni"},
	Run:      runCNIUnsupportedFeature,
}

func runCNIUnsupportedFeature(pass *lint.Pass) (any, error) {
	for _, p := range pass.Graph.Policies {
		for _, d := range graph.Directions {
			if !p.Side(d).Isolates {
				continue
			}
			for _, rule := range p.Side(d).Rules {
				reportUnsupportedPorts(pass, p, rule)
				reportUnsupportedBlocks(pass, p, rule)
			}
		}
	}
	if gap := lacks(pass.Options, windowsNodes); gap != nil {
		for _, w := range pass.Graph.Workloads {
			reportWindows(pass, gap, w)
		}
	}
	return nil, nil
}

func reportUnsupportedPorts(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule) {
	for _, port := range rule.Ports {
		d := lint.Diagnostic{Object: p.Object}
		var gap *cniGap
		switch {
		case port.Invalid:
			continue
		case port.From < port.To && lacks(pass.Options, portRanges) != nil:
			gap = lacks(pass.Options, portRanges)
			d.Path = port.Path.Key("endPort")
			d.Message = fmt.Sprintf("%s passes over endPort%s, so %s opens port %d and not %d to %d", gap, gap.condition(), p, port.From, port.From+1, port.To)
			d.Fixes = spellOutRange(p, rule, port)
		case port.Protocol == graph.SCTP && lacks(pass.Options, sctp) != nil:
			gap = lacks(pass.Options, sctp)
			d.Path = port.Path.Key("protocol")
			d.Message = fmt.Sprintf("%s does not support SCTP in network policies%s, so %s does not open it", gap, gap.condition(), p)
		default:
			continue
		}
		d.Certainty = gap.certainty()
		pass.Report(d)
	}
}

// mostSpelledOut is the longest range that is still readable port by port.
const mostSpelledOut = 16

// spellOutRange returns the fix that lists the ports of a short range.
func spellOutRange(p *graph.Policy, rule *graph.PolicyRule, port graph.PolicyPort) []lint.Fix {
	if port.To-port.From >= mostSpelledOut {
		return nil
	}
	fix := lint.Fix{Message: "list the ports one by one", Ops: []lint.Op{{Object: p.Object, Path: port.Path.Key("endPort"), Kind: lint.Remove}}}
	for number := port.From + 1; number <= port.To; number++ {
		fix.Ops = append(fix.Ops, lint.Op{
			Object: p.Object, Path: rule.PortsPath, Kind: lint.Insert,
			Value: map[string]any{"protocol": string(port.Protocol), "port": number},
		})
	}
	return []lint.Fix{fix}
}

func reportUnsupportedBlocks(pass *lint.Pass, p *graph.Policy, rule *graph.PolicyRule) {
	gap := lacks(pass.Options, ipv6)
	if gap == nil {
		return
	}
	for _, peer := range rule.Peers {
		if peer.Block != nil && !peer.Invalid && peer.Block.CIDR.Addr().Is6() {
			pass.Report(lint.Diagnostic{
				Certainty: gap.certainty(), Object: p.Object, Path: peer.Path.Key("ipBlock"),
				Message: fmt.Sprintf("%s does not support IPv6%s, so the block %s of %s matches nothing", gap, gap.condition(), peer.Block.CIDR, p),
			})
		}
	}
}

// reportWindows reports a workload that runs on Windows and that policies select
// in vain.
func reportWindows(pass *lint.Pass, gap *cniGap, w *graph.Workload) {
	selector := w.SpecPath.Key("nodeSelector")
	if len(w.Policies) == 0 || w.Object.Value.At(selector).Get("kubernetes.io/os").Text() != "windows" {
		return
	}
	d := lint.Diagnostic{
		Certainty: gap.certainty(), Object: w.Object, Path: selector.Key("kubernetes.io/os"),
		Message: fmt.Sprintf("%s applies no policies on Windows nodes%s, so %s is not isolated by %s", gap, gap.condition(), w, some(w.Policies)),
	}
	for _, p := range w.Policies {
		d.Related = append(d.Related, lint.Related{Object: p.Object, Path: manifest.Field("spec", "podSelector"), Message: "selects it in vain"})
	}
	pass.Report(d)
}
