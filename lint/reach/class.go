package reach

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
)

// class is the workloads of one namespace that no policy can tell apart: they
// agree in all labels that a selector mentions, in the ports that a policy
// names, in being on the host network, and in what their addresses are to the
// policies, if these are known.
type class struct {
	namespace *graph.Namespace
	workloads []*graph.Workload
	labels    map[string]string // of one of them
	kind      string            // decides which labels its controller adds
	host      bool
	receiver  *receiver
}

// universe numbers whatever may be an end of a connection: classes, namespace
// by namespace; then the atoms of the address space; then a node and an
// ingress controller.
type universe struct {
	classes    []*class
	of         map[*graph.Workload]uint32
	namespaces map[*graph.Namespace]connset.Interval
	host       connset.Intervals            // classes on the host network
	known      connset.Intervals            // classes whose addresses are known
	at         map[uint32]connset.Intervals // those by the atoms that hold their addresses
	atoms      *connset.Atoms
	postings   map[label]*connset.Intervals
}

type label struct{ key, value string }

func (u *universe) pods() connset.Intervals { return connset.Span(0, u.firstAtom()) }

func (u *universe) firstAtom() uint32  { return uint32(len(u.classes)) }
func (u *universe) node() uint32       { return u.firstAtom() + uint32(u.atoms.Len()) }
func (u *universe) controller() uint32 { return u.node() + 1 }
func (u *universe) size() uint32       { return u.node() + 2 }

// nodes returns the numbers of what policies see as a node: pods on the host
// network are, unless hostPods says that they count as pods.
func (u *universe) nodes(hostPods graph.Truth) connset.Intervals {
	node := connset.Span(u.node(), u.node()+1)
	if hostPods == graph.Yes {
		return node
	}
	return u.host.Union(node)
}

// outside returns the numbers of all atoms.
func (u *universe) outside() connset.Intervals { return connset.Span(u.firstAtom(), u.node()) }

// external returns the numbers of the atoms of some addresses.
func (u *universe) external(a connset.Addresses) connset.Intervals {
	atoms := u.atoms.Of(a)
	out := make(connset.Intervals, len(atoms))
	for i, in := range atoms {
		out[i] = connset.Interval{From: in.From + u.firstAtom(), To: in.To + u.firstAtom()}
	}
	return out
}

// newUniverse forms the classes of a graph under what its policies mention.
func newUniverse(g *graph.Graph, m *mentions, p profile) *universe {
	u := &universe{
		of:         make(map[*graph.Workload]uint32, len(g.Workloads)),
		namespaces: make(map[*graph.Namespace]connset.Interval, len(g.Namespaces)),
		atoms:      connset.NewAtoms(m.addresses),
		postings:   map[label]*connset.Intervals{},
		at:         map[uint32]connset.Intervals{},
	}
	receivers := newReceivers(m.names, p)
	for _, n := range g.Namespaces {
		first := uint32(len(u.classes))
		u.addNamespace(n, m, receivers)
		u.namespaces[n] = connset.Interval{From: first, To: uint32(len(u.classes))}
	}
	for i, c := range u.classes {
		one := connset.Span(uint32(i), uint32(i)+1)
		if c.host {
			u.host = u.host.Union(one)
		}
		atoms := u.atomsOf(c.workloads[0])
		if len(atoms) > 0 {
			u.known = appendNumber(u.known, uint32(i))
		}
		for _, atom := range atoms {
			u.at[atom] = appendNumber(u.at[atom], uint32(i))
		}
		for _, key := range m.keys {
			if value, present := c.labels[key]; present {
				l := label{key, value}
				carriers := u.postings[l]
				if carriers == nil {
					carriers = &connset.Intervals{}
					u.postings[l] = carriers
				}
				*carriers = appendNumber(*carriers, uint32(i))
			}
		}
	}
	return u
}

// atomsOf returns the atoms that hold the known addresses of a workload, sorted.
func (u *universe) atomsOf(w *graph.Workload) []uint32 {
	var atoms []uint32
	for _, a := range w.Addresses {
		for _, in := range u.atoms.Of(connset.AddressesOf(netip.PrefixFrom(a, a.BitLen()))) {
			atoms = append(atoms, in.From)
		}
	}
	slices.Sort(atoms)
	return slices.Compact(atoms)
}

// appendNumber adds a number that is higher than all in a set, in place.
func appendNumber(s connset.Intervals, n uint32) connset.Intervals {
	return extend(s, connset.Interval{From: n, To: n + 1})
}

func (u *universe) addNamespace(n *graph.Namespace, m *mentions, receivers *receivers) {
	type keyed struct {
		key string
		w   *graph.Workload
	}
	all := make([]keyed, len(n.Workloads))
	for i, w := range n.Workloads {
		all[i] = keyed{m.classKey(w), w}
		if atoms := u.atomsOf(w); len(atoms) > 0 {
			all[i].key += fmt.Sprint(atoms)
		}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	for i, k := range all {
		if i == 0 || all[i-1].key != k.key {
			u.classes = append(u.classes, &class{
				namespace: n, labels: k.w.Labels, kind: k.w.Kind, host: k.w.HostNetwork, receiver: receivers.of(k.w),
			})
		}
		c := u.classes[len(u.classes)-1]
		c.workloads = append(c.workloads, k.w)
		u.of[k.w] = uint32(len(u.classes) - 1)
	}
}

// mentions is what the policies of a graph can tell pods and addresses apart by.
type mentions struct {
	keys      []string // of labels, sorted
	names     map[string]bool
	addresses []connset.Addresses
	runtime   bool // some key is one that controllers add to pods
}

func newMentions(g *graph.Graph) *mentions {
	m := &mentions{names: map[string]bool{}}
	keys := map[string]bool{}
	add := func(s *graph.Selector) {
		if s != nil {
			for _, key := range s.Keys() {
				keys[key] = true
			}
		}
	}
	for _, policies := range [...][]*graph.Policy{g.Policies, g.Admin} {
		for _, p := range policies {
			add(&p.Subject)
			for _, d := range graph.Directions {
				for _, r := range p.Side(d).Rules {
					for _, peer := range r.Peers {
						add(peer.Pods)
						if peer.Block != nil || len(peer.Networks) > 0 {
							m.addresses = append(m.addresses, addressesOf(peer))
						}
					}
					for _, port := range r.Ports {
						if port.Name != "" {
							m.names[port.Name] = true
						}
					}
				}
			}
		}
	}
	m.keys = slices.Sorted(maps.Keys(keys))
	m.runtime = slices.ContainsFunc(m.keys, isRuntimeLabel)
	return m
}

// classKey writes all that policies can tell a workload apart by, within its
// namespace.
func (m *mentions) classKey(w *graph.Workload) string {
	var b strings.Builder
	for _, key := range m.keys {
		if value, present := w.Labels[key]; present {
			b.WriteString(value)
			b.WriteByte(1)
		}
		b.WriteByte(0)
	}
	if w.HostNetwork {
		b.WriteByte(2)
	}
	if m.runtime {
		b.WriteString(w.Kind)
		b.WriteByte(3)
		b.WriteString(w.Name)
	}
	for _, p := range w.Ports {
		if m.names[p.Name] {
			b.WriteByte(4)
			b.WriteString(p.Name)
			b.WriteString(string(p.Protocol))
			b.WriteByte(byte(p.Number >> 8))
			b.WriteByte(byte(p.Number))
			if p.Init {
				b.WriteByte(5)
			}
		}
	}
	return b.String()
}

// addressesOf returns the addresses of an ipBlock or of networks.
func addressesOf(p *graph.Peer) connset.Addresses {
	if p.Block != nil {
		all := connset.AddressesOf(p.Block.CIDR)
		if len(p.Block.Except) > 0 {
			all = all.Minus(connset.AddressesOf(p.Block.Except...))
		}
		return all
	}
	return connset.AddressesOf(p.Networks...)
}
