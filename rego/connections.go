package rego

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/reach"
)

func (w *world) allowed(arguments []*ast.Term) (*ast.Term, error) {
	if w == nil {
		return nil, errNoBundle
	}
	source, err := w.endpoint(arguments[0])
	if err != nil {
		return nil, err
	}
	destination, err := w.endpoint(arguments[1])
	if err != nil {
		return nil, err
	}
	verdict := w.engine.Allowed(source, destination)
	return ast.ObjectTerm(
		ast.Item(ast.InternedTerm("must"), connections(verdict.Must)),
		ast.Item(ast.InternedTerm("may"), connections(verdict.May)),
	), nil
}

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
	if address, err := netip.ParseAddr(string(text)); err == nil {
		return reach.Address(address), nil
	}
	workload, err := w.workload(t)
	if err != nil {
		return reach.Endpoint{}, err
	}
	return reach.Workload(workload), nil
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

// connections writes a set as `nplint connections -o json` does, with the ports
// as numbers too.
func connections(s connset.Set) *ast.Term {
	if s == connset.All {
		return ast.ArrayTerm(ast.ObjectTerm(ast.Item(ast.InternedTerm("protocol"), ast.InternedTerm("all"))))
	}
	var all []*ast.Term
	for _, p := range [...]connset.Protocol{connset.TCP, connset.UDP, connset.SCTP, connset.Other} {
		ranges, whole := s.PortRanges(p)
		if !whole && len(ranges) == 0 {
			continue
		}
		fields := [][2]*ast.Term{ast.Item(ast.InternedTerm("protocol"), ast.StringTerm(p.String()))}
		if !whole {
			fields = append(fields,
				ast.Item(ast.InternedTerm("ports"), ast.StringTerm(connset.FormatPorts(ranges))),
				ast.Item(ast.InternedTerm("ranges"), list(ranges, portRange)),
			)
		}
		all = append(all, ast.ObjectTerm(fields...))
	}
	return ast.ArrayTerm(all...)
}

func portRange(i connset.Interval) *ast.Term {
	return ast.ObjectTerm(
		ast.Item(ast.InternedTerm("from"), number(int(i.From))),
		ast.Item(ast.InternedTerm("to"), number(int(i.To)-1)),
	)
}
