package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/connset"
	"github.com/nplint/nplint/lint/reach"
)

// Connections is what is allowed in one bundle.
type Connections struct {
	Bundle string
	List   []reach.Connection
}

// ConnectionFormats are the formats of allowed connections by name.
var ConnectionFormats = map[string]func(io.Writer, []Connections) error{
	"text": connectionsText, "json": connectionsJSON, "csv": connectionsCSV,
	"markdown": connectionsMarkdown, "dot": connectionsDOT,
}

// connectionRow is what is allowed between two ends with one certainty: a
// certain row holds what must be allowed, a possible one what only may be.
type connectionRow struct {
	source, destination string
	certainty           lint.Certainty
	allowed             connset.Set
}

// rows splits connections by certainty. name writes an endpoint.
func (c Connections) rows(name func(reach.Endpoint) string) []connectionRow {
	var rows []connectionRow
	for _, conn := range c.List {
		row := connectionRow{source: name(conn.Source), destination: name(conn.Destination)}
		if row.allowed = conn.Must; !row.allowed.Empty() {
			rows = append(rows, row)
		}
		if row.allowed, row.certainty = conn.May.Minus(conn.Must), lint.Possible; !row.allowed.Empty() {
			rows = append(rows, row)
		}
	}
	return rows
}

// short writes an endpoint for people: addresses that are one CIDR as that.
func short(p reach.Endpoint) string {
	ranges := p.Outside().Ranges()
	if len(ranges) == 1 {
		if prefix, ok := ranges[0].Prefix(); ok && !prefix.IsSingleIP() {
			return prefix.String()
		}
	}
	return printable(p.String())
}

// protocolPorts is the part of a set that is of one protocol. Ports are "" for
// all of them.
type protocolPorts struct {
	Protocol string `json:"protocol"`
	Ports    string `json:"ports,omitempty"`
}

// byProtocol splits a set: everything is the one protocol "all".
func byProtocol(s connset.Set) []protocolPorts {
	if s == connset.All {
		return []protocolPorts{{Protocol: "all"}}
	}
	var parts []protocolPorts
	for _, p := range [...]connset.Protocol{connset.TCP, connset.UDP, connset.SCTP, connset.Other} {
		switch ranges, all := s.PortRanges(p); {
		case all:
			parts = append(parts, protocolPorts{Protocol: p.String()})
		case len(ranges) > 0:
			parts = append(parts, protocolPorts{p.String(), connset.FormatPorts(ranges)})
		}
	}
	return parts
}

// connectionsText writes a line for each row, which ends in the ports.
func connectionsText(w io.Writer, all []Connections) error {
	out := bufio.NewWriter(w)
	for i, c := range all {
		if len(all) > 1 {
			if i > 0 {
				fmt.Fprintln(out)
			}
			fmt.Fprintf(out, "bundle %s\n", printable(c.Bundle))
		}
		for _, r := range c.rows(short) {
			note := ""
			if r.certainty == lint.Possible {
				note = " (possible)"
			}
			fmt.Fprintf(out, "%s -> %s: %s%s\n", r.source, r.destination, r.allowed, note)
		}
	}
	return out.Flush()
}

func connectionsJSON(w io.Writer, all []Connections) error {
	type row struct {
		Source      string          `json:"source"`
		Destination string          `json:"destination"`
		Certainty   string          `json:"certainty"`
		Allowed     []protocolPorts `json:"allowed"`
	}
	type bundle struct {
		Name        string `json:"name"`
		Connections []row  `json:"connections"`
	}
	document := struct {
		Version int      `json:"version"`
		Bundles []bundle `json:"bundles"`
	}{Version: 1, Bundles: []bundle{}}
	for _, c := range all {
		b := bundle{Name: c.Bundle, Connections: []row{}}
		for _, r := range c.rows(reach.Endpoint.String) {
			b.Connections = append(b.Connections, row{r.source, r.destination, r.certainty.String(), byProtocol(r.allowed)})
		}
		document.Bundles = append(document.Bundles, b)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(document)
}

// connectionsCSV writes a record for each protocol of each row. Empty ports are
// all ports.
func connectionsCSV(w io.Writer, all []Connections) error {
	out := csv.NewWriter(w)
	records := [][]string{{"bundle", "source", "destination", "certainty", "protocol", "ports"}}
	for _, c := range all {
		for _, r := range c.rows(reach.Endpoint.String) {
			for _, p := range byProtocol(r.allowed) {
				records = append(records, []string{c.Bundle, r.source, r.destination, r.certainty.String(), p.Protocol, p.Ports})
			}
		}
	}
	return out.WriteAll(records)
}

func connectionsMarkdown(w io.Writer, all []Connections) error {
	out := bufio.NewWriter(w)
	for i, c := range all {
		if len(all) > 1 {
			if i > 0 {
				fmt.Fprintln(out)
			}
			fmt.Fprintf(out, "### %s\n\n", markdownCell(c.Bundle))
		}
		fmt.Fprint(out, "| source | destination | allowed | certainty |\n|---|---|---|---|\n")
		for _, r := range c.rows(short) {
			fmt.Fprintf(out, "| %s | %s | %s | %s |\n",
				markdownCell(r.source), markdownCell(r.destination), r.allowed, r.certainty)
		}
	}
	return out.Flush()
}

func markdownCell(s string) string { return strings.ReplaceAll(printable(s), "|", `\|`) }

// connectionsDOT writes one graph; every bundle is a cluster of it. Edges that
// are only possible are dashed.
func connectionsDOT(w io.Writer, all []Connections) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "digraph connections {\n  rankdir=LR;\n  node [shape=box];\n")
	for i, c := range all {
		prefix := ""
		if len(all) > 1 {
			prefix = c.Bundle + ": "
			fmt.Fprintf(out, "  subgraph cluster_%d {\n  label=%s;\n", i, dotQuote(c.Bundle))
		}
		for _, r := range c.rows(short) {
			style := ""
			if r.certainty == lint.Possible {
				style = ", style=dashed"
			}
			fmt.Fprintf(out, "  %s -> %s [label=%s%s];\n",
				dotQuote(prefix+r.source), dotQuote(prefix+r.destination), dotQuote(r.allowed.String()), style)
		}
		if len(all) > 1 {
			fmt.Fprintln(out, "  }")
		}
	}
	fmt.Fprintln(out, "}")
	return out.Flush()
}

var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func dotQuote(s string) string { return `"` + dotEscapes.Replace(printable(s)) + `"` }
