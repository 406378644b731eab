package reach

import "github.com/nplint/nplint/lint/graph"

// profile is the documented behaviour of a network plugin where the API leaves
// it open (semantics: the API type IPBlock, and the concept page's section on
// pods on the host network).
type profile struct {
	// blocksMatchPods answers whether an ipBlock matches the address of a pod;
	// where it does not, it does not match that of a node either.
	blocksMatchPods graph.Truth
	// hostPods answers whether selectors match pods on the host network, as
	// subjects and as peers.
	hostPods graph.Truth
	// initPorts answers whether the ports of ordinary init containers resolve
	// names.
	initPorts graph.Truth
}

// profiles are the known plugins by the name that --cni takes.
var profiles = map[string]profile{
	"":            {graph.Maybe, graph.Maybe, graph.Maybe},
	"antrea":      {graph.Yes, graph.No, graph.Maybe},
	"aws-vpc-cni": {graph.Yes, graph.No, graph.Maybe},
	"azure-npm":   {graph.Yes, graph.No, graph.Maybe},
	"calico":      {graph.Yes, graph.No, graph.Yes},
	"cilium":      {graph.No, graph.No, graph.Maybe},
	"flannel":     {graph.Maybe, graph.Maybe, graph.Maybe},
	// Cilium under another name.
	"gke-dataplane-v2": {graph.No, graph.No, graph.Maybe},
	"kindnet":          {graph.Yes, graph.No, graph.Maybe},
	"kube-router":      {graph.Yes, graph.No, graph.Maybe},
	"ovn-kubernetes":   {graph.Yes, graph.No, graph.Maybe},
	"weave":            {graph.Maybe, graph.Maybe, graph.Maybe},
}
