package rego

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/reach"
)

func (w *world) allowed(arguments []*ast.Term) (*ast.Term, error) {
	source, destination, err := w.ends(arguments)
	if err != nil {
		return nil, err
	}
	verdict := w.engine.Allowed(source, destination)
	return ast.ObjectTerm(item("must", setTerm(verdict.Must)), item("may", setTerm(verdict.May))), nil
}

func (w *world) connections(arguments []*ast.Term) (*ast.Term, error) {
	workload, err := w.workload(arguments[0])
	if err != nil {
		return nil, err
	}
	var rows []*ast.Term
	add := func(c reach.Connection, certainty lint.Certainty, allowed connset.Set) {
		if allowed.Empty() {
			return
		}
		rows = append(rows, ast.ObjectTerm(
			item("source", w.end(c.Source)), item("destination", w.end(c.Destination)),
			item("certainty", ast.StringTerm(certainty.String())), item("allowed", setTerm(allowed)),
		))
	}
	for _, c := range w.engine.ConnectionsOf(workload) {
		add(c, lint.Certain, c.Must)
		add(c, lint.Possible, c.May.Minus(c.Must))
	}
	return ast.ArrayTerm(rows...), nil
}

func (w *world) explain(arguments []*ast.Term) (*ast.Term, error) {
	source, destination, err := w.ends(arguments)
	if err != nil {
		return nil, err
	}
	why := w.engine.Explain(source, destination, connset.All)
	t := newTerms()
	var rules []*ast.Term
	for _, side := range []reach.Reasons{why.Egress, why.Ingress} {
		for _, r := range side.Rules {
			rules = append(rules, ast.ObjectTerm(
				item("object", ast.StringTerm(w.input.ids.of[r.Policy.Object])), item("path", t.path(r.Path)),
				item("direction", ast.StringTerm(r.Rule.Direction.String())), item("action", ast.StringTerm(actionNames[r.Rule.Action])),
				item("ports", setTerm(r.Ports)),
			))
		}
	}
	return ast.ArrayTerm(rules...), nil
}

// ends reads the two ends of a connection.
func (w *world) ends(arguments []*ast.Term) (source, destination reach.Endpoint, err error) {
	if w == nil {
		return source, destination, errNoBundle
	}
	if source, err = w.endpoint(arguments[0]); err == nil {
		destination, err = w.endpoint(arguments[1])
	}
	return source, destination, err
}

// end writes one end of a connection.
func (w *world) end(e reach.Endpoint) *ast.Term {
	if workload := e.Workload(); workload != nil {
		return ast.StringTerm(w.input.ids.of[workload.Object])
	}
	return ast.StringTerm(e.String())
}

func item(key string, value *ast.Term) [2]*ast.Term { return ast.Item(ast.InternedTerm(key), value) }

// endpoint reads one end of a connection.
func (w *world) endpoint(t *ast.Term) (reach.Endpoint, error) {
	text, isString := t.Value.(ast.String)
	if !isString {
		return w.region(t)
	}
	switch text {
	case "node":
		return reach.Node, nil
	case "ingress-controller":
		return reach.Controller, nil
	}
	if prefix, err := netip.ParsePrefix(string(text)); err == nil {
		return reach.Addresses(connset.AddressesOf(prefix)), nil
	}
	if addresses, ok := addressRange(string(text)); ok {
		return reach.Addresses(addresses), nil
	}
	workload, err := w.workload(t)
	if err != nil {
		return reach.Endpoint{}, err
	}
	return reach.Workload(workload), nil
}

// addressRange reads an address, or a range as connections are listed with:
// 10.0.0.0-10.0.1.255.
func addressRange(text string) (connset.Addresses, bool) {
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	from, errFrom := netip.ParseAddr(first)
	to, errTo := netip.ParseAddr(last)
	if errFrom != nil || errTo != nil || from.Is4() != to.Is4() || to.Less(from) {
		return connset.Addresses{}, false
	}
	return connset.AddressesIn(connset.AddressRange{From: from, To: to}), true
}

// region reads pods that are not in the input.
func (w *world) region(t *ast.Term) (reach.Endpoint, error) {
	var r reach.Region
	err := forEach(t, func(key, value *ast.Term) (err error) {
		name, _ := key.Value.(ast.String)
		switch name {
		case "namespaces":
			r.Namespaces, err = selectorOf(value)
		case "pods":
			r.Pods, err = selectorOf(value)
		default:
			err = errors.New(`pods outside the input are {"namespaces": selector, "pods": selector}`)
		}
		return err
	})
	if err != nil {
		return reach.Endpoint{}, fmt.Errorf("%s is no end of a connection: %w", t, err)
	}
	return reach.Pods(r), nil
}

// setTerm writes a set as `nplint connections -o json` does, with the ports
// as numbers too.
func setTerm(s connset.Set) *ast.Term {
	if s == connset.All {
		return ast.ArrayTerm(ast.ObjectTerm(item("protocol", ast.InternedTerm("all"))))
	}
	var all []*ast.Term
	for _, p := range [...]connset.Protocol{connset.TCP, connset.UDP, connset.SCTP, connset.Other} {
		ranges, whole := s.PortRanges(p)
		if !whole && len(ranges) == 0 {
			continue
		}
		fields := [][2]*ast.Term{item("protocol", ast.StringTerm(p.String()))}
		if !whole {
			fields = append(fields,
				item("ports", ast.StringTerm(connset.FormatPorts(ranges))),
				item("ranges", list(ranges, portRange)),
			)
		}
		all = append(all, ast.ObjectTerm(fields...))
	}
	return ast.ArrayTerm(all...)
}

func portRange(i connset.Interval) *ast.Term {
	return ast.ObjectTerm(
		item("from", number(int(i.From))),
		item("to", number(int(i.To)-1)),
	)
}
