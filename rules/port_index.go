package rules

import (
	"slices"

	"github.com/nplint/nplint/lint/graph"
)

// portIndex finds, among policies, those with a rule for a port.
type portIndex struct {
	policies []*graph.Policy
	at       map[openPort][]int // with a rule for the port alone
	wide     [2][]int           // with a rule for all ports or many, by direction
}

// openPort is a port in a direction.
type openPort struct {
	direction graph.Direction
	protocol  graph.Protocol
	number    int
}

func indexPorts(policies []*graph.Policy) *portIndex {
	index := &portIndex{policies: policies, at: map[openPort][]int{}}
	for i, p := range policies {
		for _, d := range graph.Directions {
			for _, r := range p.Side(d).Rules {
				if r.AllPorts {
					index.wide[d] = append(index.wide[d], i)
				}
				for _, port := range r.Ports {
					if single(port) {
						key := openPort{d, port.Protocol, port.From}
						index.at[key] = append(index.at[key], i)
					} else {
						index.wide[d] = append(index.wide[d], i)
					}
				}
			}
		}
	}
	return index
}

// allowing returns the policies that may allow all that a policy allows, in
// their order: those that have a rule for a port of one of its rules. ok is false
// where none of its rules tells, or tells of so many as there are others to look
// at, or where there is no index.
func (index *portIndex) allowing(p *graph.Policy, others int) (policies []*graph.Policy, ok bool) {
	if index == nil {
		return nil, false
	}
	for _, d := range graph.Directions {
		if !p.Side(d).Isolates {
			continue
		}
		for _, r := range p.Side(d).Rules {
			i := slices.IndexFunc(r.Ports, single)
			if i < 0 && !r.AllPorts {
				continue
			}
			var alone []int
			if i >= 0 {
				alone = index.at[openPort{d, r.Ports[i].Protocol, r.Ports[i].From}]
			}
			if len(index.wide[d])+len(alone) >= others {
				return nil, false
			}
			found := slices.Concat(index.wide[d], alone)
			slices.Sort(found)
			for _, n := range slices.Compact(found) {
				policies = append(policies, index.policies[n])
			}
			return policies, true
		}
	}
	return nil, false
}
