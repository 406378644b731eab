package rules

import (
	"fmt"
	"slices"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var cniHostTraffic = &lint.Rule{
	Name: "cni-host-traffic",
	Doc: `network plugin applies policies to probes

The API exempts what comes from a pod's own node, so that the kubelet's probes
pass whatever policies say. Some plugins apply policies to them all the same: a
pod whose probed port no rule opens to addresses never becomes ready. The rule runs
only where --cni names such a plugin, because elsewhere there is nothing to do.

Not checked: which addresses the nodes have; probes that run a command.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation`,
	Severity: lint.Info,
	Tags:     []string{"cni"},
	Run:      runCNIHostTraffic,
}

func runCNIHostTraffic(pass *lint.Pass) (any, error) {
	gap := lacks(pass.Options, ownNode)
	if gap == nil {
		return nil, nil
	}
	for _, w := range pass.Graph.Workloads {
		isolating := w.Isolating(graph.Ingress)
		if len(isolating) == 0 || w.HostNetwork || w.Hook {
			continue
		}
		for _, p := range probes(w) {
			if !opensToAddresses(isolating, p) {
				pass.Report(lint.Diagnostic{
					Certainty: gap.certainty(), Object: w.Object, Path: p.path(w),
					Message: fmt.Sprintf("%s applies policies to a pod's own node%s, and no rule opens port %d of %s to addresses, so this probe fails",
						gap, gap.condition(), p.port, w),
					Related: []lint.Related{{Object: isolating[0].Object, Path: metadataName, Message: "isolates the pods for ingress"}},
				})
				break
			}
		}
	}
	return nil, nil
}

// probedPort is a port that the kubelet asks.
type probedPort struct {
	container int
	probe     string // the field
	port      int
	name      string // as the container calls it, "" if it does not
}

func (p probedPort) path(w *graph.Workload) manifest.Path {
	return w.SpecPath.Key("containers").Item(p.container).Key(p.probe)
}

// probes returns the ports that the kubelet asks over TCP, with names resolved by
// the container.
func probes(w *graph.Workload) []probedPort {
	var all []probedPort
	for i, c := range w.Object.Value.At(w.SpecPath).Get("containers").Items() {
		for _, kind := range [...]string{"startupProbe", "readinessProbe", "livenessProbe"} {
			probe := c.Get(kind)
			for _, how := range [...]string{"httpGet", "tcpSocket", "grpc"} {
				port := probe.Get(how).Get("port")
				if port.Empty() {
					continue
				}
				p := probedPort{container: i, probe: kind}
				p.port, _ = port.Int()
				for _, declared := range w.Ports {
					if declared.Protocol == graph.TCP && (declared.Number == p.port || p.port == 0 && declared.Name == port.Text()) {
						p.port, p.name = declared.Number, declared.Name
						break
					}
				}
				if p.port != 0 {
					all = append(all, p)
				}
			}
		}
	}
	return all
}

// opensToAddresses reports whether a rule opens a port to everybody or to some
// addresses, which may be those of the nodes.
func opensToAddresses(policies []*graph.Policy, probe probedPort) bool {
	for _, p := range policies {
		for _, rule := range p.Side(graph.Ingress).Rules {
			addresses := rule.AllPeers || slices.ContainsFunc(rule.Peers, func(peer *graph.Peer) bool { return peer.Block != nil })
			if addresses && rule.AllowsPort(graph.TCP, probe.port, probe.name) {
				return true
			}
		}
	}
	return false
}
