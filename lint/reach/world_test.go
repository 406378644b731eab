package reach_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// world is a whole cluster.
type world struct {
	namespaces map[string]labels.Set
	pods       []*pod
	nodes      []*node
	policies   map[string][]*netv1.NetworkPolicy // by namespace
	admin      []*adminPolicy                    // of all three kinds, by priority
	selectors  map[*metav1.LabelSelector]labels.Selector
	prefixes   map[string]netip.Prefix
	nodeKeys   map[string][]string // keys of nodes' labels, and values that selectors tell apart
	unknown    []netip.Addr        // the addresses that a pod or node may have if nobody says
}

type pod struct {
	namespace, name, node string // node is "" where nobody says
	labels                labels.Set
	addresses             []netip.Addr // the possible ones; one if it is known
	host                  bool
	ports, initPorts      []corev1.ContainerPort // initPorts: of init containers that end
}

type node struct {
	name      string     // "" for some node
	labels    labels.Set // nil where nobody says
	addresses []netip.Addr
}

type adminPolicy struct {
	Spec struct {
		Tier            string
		Priority        int
		Subject         adminPeer
		Ingress, Egress []adminRule
	}
}

type adminRule struct {
	Action    string
	From, To  []adminPeer
	Ports     []portV1Alpha1
	Protocols []portV1Alpha2
}

type portV1Alpha1 struct {
	PortNumber, PortRange *struct {
		Protocol         string
		Port, Start, End int32
	}
	NamedPort string
}

type portV1Alpha2 struct {
	TCP, UDP, SCTP *struct {
		DestinationPort *struct {
			Number int32
			Range  *struct{ Start, End int32 }
		}
	}
	DestinationNamedPort string
}

type adminPeer struct {
	Namespaces, Nodes     *metav1.LabelSelector
	Pods                  *struct{ NamespaceSelector, PodSelector metav1.LabelSelector }
	Networks, DomainNames []string
}

// newWorld reads manifests. Namespaces that are only referred to have the name
// label alone. A pod without an address may have any of the unknown ones.
func newWorld(text string, unknown ...netip.Addr) (*world, error) {
	w := &world{
		namespaces: map[string]labels.Set{}, policies: map[string][]*netv1.NetworkPolicy{},
		selectors: map[*metav1.LabelSelector]labels.Selector{}, unknown: edges(text, false), prefixes: map[string]netip.Prefix{},
		nodeKeys: map[string][]string{},
	}
	return w, w.read(text)
}

func (w *world) read(text string) error {
	for _, doc := range strings.Split(text, "\n---\n") {
		if err := w.add([]byte(doc)); err != nil {
			return fmt.Errorf("%w in\n%s", err, doc)
		}
	}
	for _, p := range w.pods {
		w.name(p.namespace)
	}
	slices.SortStableFunc(w.admin, func(a, b *adminPolicy) int { return cmp.Compare(a.Spec.Priority, b.Spec.Priority) })
	return nil
}

// with returns the world with the policies of a text added.
func (w *world) with(text string) (*world, error) {
	more := *w
	more.policies = maps.Clone(w.policies)
	for namespace := range more.policies {
		more.policies[namespace] = slices.Clip(more.policies[namespace])
	}
	more.selectors = map[*metav1.LabelSelector]labels.Selector{}
	more.admin, more.unknown = slices.Clip(w.admin), edges(text, false)
	for i, p := range w.pods {
		if len(p.addresses) > 1 {
			more.pods = slices.Clone(more.pods)
			copied := *p
			copied.addresses = more.unknown
			more.pods[i] = &copied
		}
	}
	return &more, more.read(text)
}

func (w *world) name(namespace string) labels.Set {
	if w.namespaces[namespace] == nil {
		w.namespaces[namespace] = labels.Set{}
	}
	w.namespaces[namespace]["kubernetes.io/metadata.name"] = namespace
	return w.namespaces[namespace]
}

func (w *world) add(doc []byte) error {
	var object struct {
		metav1.TypeMeta
		Metadata metav1.ObjectMeta
		Spec     struct {
			Replicas *int
			Template *corev1.PodTemplateSpec
		}
	}
	if err := decode(doc, &object); err != nil {
		return err
	}
	switch object.Kind {
	case "":
	case "Namespace":
		for key, value := range object.Metadata.Labels {
			w.name(object.Metadata.Name)[key] = value
		}
		w.name(object.Metadata.Name)
	case "Node":
		var n corev1.Node
		if err := decode(doc, &n); err != nil {
			return err
		}
		known := &node{name: n.Name, labels: labels.Set{}, addresses: w.unknown}
		for key, value := range n.Labels {
			known.labels[key] = value
		}
		if len(n.Status.Addresses) > 0 {
			known.addresses = []netip.Addr{netip.MustParseAddr(n.Status.Addresses[0].Address)}
		}
		w.nodes = append(w.nodes, known)
	case "Pod":
		var p corev1.Pod
		if err := decode(doc, &p); err != nil {
			return err
		}
		w.addPod(p.Namespace, p.Name, p.Labels, &p.Spec, &p.Status)
	case "Deployment", "StatefulSet", "DaemonSet":
		replicas := 1
		if object.Spec.Replicas != nil {
			replicas = *object.Spec.Replicas
		}
		for i := range replicas {
			name := object.Metadata.Name
			if i > 0 {
				name = fmt.Sprint(name, "#", i+1)
			}
			t := object.Spec.Template
			w.addPod(object.Metadata.Namespace, name, t.Labels, &t.Spec, &corev1.PodStatus{})
		}
	case "NetworkPolicy":
		p := &netv1.NetworkPolicy{}
		if err := decode(doc, p); err != nil {
			return err
		}
		w.policies[p.Namespace] = append(w.policies[p.Namespace], p)
	case "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy":
		p := &adminPolicy{}
		if err := decode(doc, p); err != nil {
			return err
		}
		if tier, old := map[string]string{"AdminNetworkPolicy": "Admin", "BaselineAdminNetworkPolicy": "Baseline"}[object.Kind]; old {
			p.Spec.Tier = tier
		}
		w.admin = append(w.admin, p)
		w.learnNodeKeys(p)
	case "Service":
	default:
		return fmt.Errorf("the oracle does not know the kind %s", object.Kind)
	}
	return nil
}

// decode reads a manifest in YAML, or in JSON, which is faster.
func decode(doc []byte, into any) error {
	if bytes.HasPrefix(doc, []byte("{")) {
		return json.Unmarshal(doc, into)
	}
	return yaml.Unmarshal(doc, into)
}

func (w *world) addPod(namespace, name string, set map[string]string, spec *corev1.PodSpec, status *corev1.PodStatus) {
	if status.Phase == corev1.PodSucceeded || status.Phase == corev1.PodFailed {
		return // it has given up its address
	}
	p := &pod{namespace: namespace, name: name, node: spec.NodeName, labels: set, addresses: w.unknown, host: spec.HostNetwork}
	if status.PodIP != "" {
		p.addresses = []netip.Addr{netip.MustParseAddr(status.PodIP)}
	}
	for i, ip := range status.PodIPs {
		p.addresses = append(p.addresses[:i:i], netip.MustParseAddr(ip.IP))
	}
	for _, c := range spec.Containers {
		p.ports = append(p.ports, c.Ports...)
	}
	for _, c := range spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			p.ports = append(p.ports, c.Ports...)
		} else {
			p.initPorts = append(p.initPorts, c.Ports...)
		}
	}
	w.pods = append(w.pods, p)
}

func (w *world) learnNodeKeys(p *adminPolicy) {
	for _, r := range p.Spec.Egress {
		for _, peer := range r.To {
			if peer.Nodes == nil {
				continue
			}
			for key, value := range peer.Nodes.MatchLabels {
				w.nodeKeys[key] = append(w.nodeKeys[key], value, "any other")
			}
			for _, e := range peer.Nodes.MatchExpressions {
				w.nodeKeys[e.Key] = append(append(w.nodeKeys[e.Key], e.Values...), "any other")
			}
		}
	}
	for key, values := range w.nodeKeys {
		slices.Sort(values)
		w.nodeKeys[key] = slices.Compact(values)
	}
}

// at returns the end that a name means: "namespace/pod", an address, or "node"
// or "node:name".
func (w *world) at(name string) (end, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return end{addr: a}, nil
	}
	if kind, of, _ := strings.Cut(name, ":"); kind == "node" {
		for _, n := range w.nodes {
			if n.name == of {
				return end{node: n}, nil
			}
		}
		return end{node: &node{addresses: w.unknown}}, nil
	}
	for _, p := range w.pods {
		if p.namespace+"/"+p.name == name {
			return end{pod: p}, nil
		}
	}
	return end{}, fmt.Errorf("no %s in the world", name)
}

var cidr = regexp.MustCompile(`[0-9a-f.:]+/[0-9]+`)

// edges returns the addresses at which what CIDRs of a text match begins and,
// if both sides are wanted, those before, with one outside of each family.
func edges(text string, before bool) []netip.Addr {
	all := []netip.Addr{netip.MustParseAddr("172.31.0.1"), netip.MustParseAddr("fd31::1")}
	for _, s := range cidr.FindAllString(text, -1) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			continue
		}
		bytes := p.Masked().Addr().AsSlice()
		for i := p.Bits(); i < len(bytes)*8; i++ {
			bytes[i/8] |= 1 << (7 - i%8)
		}
		last, _ := netip.AddrFromSlice(bytes)
		for i, a := range []netip.Addr{p.Masked().Addr(), last.Next(), p.Masked().Addr().Prev(), last} {
			if a.IsValid() && (before || i < 2) {
				all = append(all, a)
			}
		}
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}
