package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/reach"
)

// question asks about connections from one endpoint to another in one bundle.
type question struct {
	bundle   string
	engine   *reach.Engine
	src, dst reach.Endpoint
	asked    connset.Set
}

func (q question) explain() reach.Explanation { return q.engine.Explain(q.src, q.dst, q.asked) }

// newQuestions reads the endpoints of a trace in every bundle that has them. A
// Service stands for each of its pods, with the port that it translates to.
func newQuestions(all []asked, src, dst string) ([]question, error) {
	host, port, protocol, err := splitPort(dst)
	if err != nil {
		return nil, err
	}
	var questions []question
	var missing error
	for _, a := range all {
		source, err := a.endpoint(all, src)
		if err != nil {
			missing = err
			continue
		}
		for _, target := range a.services(host) {
			asked, err := target.port(port, protocol)
			if err != nil {
				return nil, err
			}
			questions = append(questions, question{a.bundle.Name, a.engine, source, reach.Workload(target.workload), asked})
		}
		if len(a.services(host)) > 0 {
			continue
		}
		destination, err := a.endpoint(all, host)
		if err != nil {
			missing = err
			continue
		}
		asked, err := parsePort(port, protocol, destination.Workload())
		if err != nil {
			return nil, fmt.Errorf("%q: %w", dst, err)
		}
		questions = append(questions, question{a.bundle.Name, a.engine, source, destination, asked})
	}
	if len(questions) == 0 {
		return nil, missing
	}
	return questions, nil
}

// endpoint reads an endpoint as users write it.
func (a asked) endpoint(all []asked, text string) (reach.Endpoint, error) {
	switch text {
	case "node":
		return reach.Node, nil
	case "ingress-controller":
		return reach.Controller, nil
	}
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return reach.Address(addr), nil
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return reach.Addresses(connset.AddressesOf(prefix)), nil
	}
	switch found := workloadsNamed(a.graph, text); len(found) {
	case 0:
		if strings.Contains(strings.ToLower(text), "service/") {
			return reach.Endpoint{}, fmt.Errorf("no Service %q that selects pods of the input", text)
		}
		return reach.Endpoint{}, fmt.Errorf("no workload %q in the input%s", text, suggestWorkload(all, text))
	case 1:
		return reach.Workload(found[0]), nil
	default:
		return reach.Endpoint{}, fmt.Errorf("%q may be %s or %s: write NAMESPACE/KIND/NAME",
			text, reach.Workload(found[0]), reach.Workload(found[1]))
	}
}

// backend is a workload behind a Service.
type backend struct {
	service  *graph.Service
	workload *graph.Workload
}

// services returns the pods of the Service that a name NAMESPACE/Service/NAME
// means.
func (a asked) services(name string) []backend {
	parts := strings.Split(name, "/")
	if len(parts) < 2 || !strings.EqualFold(parts[len(parts)-2], "Service") {
		return nil
	}
	var found []backend
	for _, s := range a.graph.Services {
		if s.Name == parts[len(parts)-1] && (len(parts) == 2 || parts[0] == s.Namespace.String()) {
			for _, w := range s.Workloads {
				found = append(found, backend{s, w})
			}
		}
	}
	return found
}

// port returns the connections that a port of the Service leads to, all of its
// ports if none is asked for.
func (b backend) port(port, protocol string) (connset.Set, error) {
	var set connset.Set
	var known []string
	for _, p := range b.service.Ports {
		known = append(known, strconv.Itoa(p.Port))
		if port != "" && port != strconv.Itoa(p.Port) && port != p.Name ||
			protocol != "" && !strings.EqualFold(protocol, string(p.Protocol)) {
			continue
		}
		number, ok := p.TargetOn(b.workload)
		if proto, valid := connset.ParseProtocol(string(p.Protocol)); ok && valid {
			set = set.Union(connset.Port(proto, number))
		}
	}
	if set.Empty() {
		return set, fmt.Errorf("%s has no port %s that leads to %s; it has %s",
			b.service, port, b.workload, strings.Join(known, ", "))
	}
	return set, nil
}

// parsePort reads a port, a number or a name of the destination's containers,
// and its protocol, TCP where none is given.
func parsePort(port, protocol string, w *graph.Workload) (connset.Set, error) {
	if port == "" {
		return connset.All, nil
	}
	proto, ok := connset.TCP, true
	if protocol != "" {
		proto, ok = connset.ParseProtocol(strings.ToUpper(protocol))
	}
	if !ok {
		return connset.Set{}, fmt.Errorf("unknown protocol %q: use tcp, udp or sctp", protocol)
	}
	if n, err := strconv.Atoi(port); err == nil {
		if n < 1 || n > 65535 {
			return connset.Set{}, fmt.Errorf("port %d is not between 1 and 65535", n)
		}
		return connset.Port(proto, n), nil
	}
	if w != nil {
		for _, p := range w.Ports {
			if p.Name == port && p.Protocol == graph.Protocol(proto.String()) {
				return connset.Port(proto, p.Number), nil
			}
		}
	}
	return connset.Set{}, fmt.Errorf("no container names a %s port %q", proto, port)
}
