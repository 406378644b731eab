package apiserver

import (
	"math/rand/v2"
	"strings"
)

// node is a YAML value in the making: a scalar as it is written, a list, or a
// map whose keys may repeat.
type node struct {
	scalar string
	items  []*node
	fields []field
	shape  byte // 's', 'l' or 'm'
}

type field struct {
	key   string
	value *node
}

func (n *node) write(b *strings.Builder) {
	switch n.shape {
	case 's':
		b.WriteString(n.scalar)
	case 'l':
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteString(", ")
			}
			item.write(b)
		}
		b.WriteByte(']')
	case 'm':
		b.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.key + ": ")
			f.value.write(b)
		}
		b.WriteByte('}')
	}
}

// writeBlock writes a list or a map in block style, each line after a margin.
func (n *node) writeBlock(b *strings.Builder, margin string) {
	child := func(before string, v *node, margin string) {
		b.WriteString(before)
		if len(v.items)+len(v.fields) == 0 {
			b.WriteByte(' ')
			v.write(b)
			b.WriteByte('\n')
			return
		}
		b.WriteByte('\n')
		v.writeBlock(b, margin)
	}
	for _, item := range n.items {
		child(margin+"-", item, margin+"  ")
	}
	for _, f := range n.fields {
		child(margin+f.key+":", f.value, margin+"  ")
	}
}

// generator writes policies, most parts of them valid ones. Odd is how often, in
// a thousand, it writes something that the server may refuse.
type generator struct {
	*rand.Rand
	odd int
}

func (g *generator) strange() bool { return g.IntN(1000) < g.odd }

// scalar picks one of the usual texts, at times one of the odd ones.
func (g *generator) scalar(usual, odd []string) *node {
	from := usual
	if g.strange() {
		from = odd
	}
	return &node{shape: 's', scalar: from[g.IntN(len(from))]}
}

func (g *generator) list(most int, item func() *node) *node {
	n := &node{shape: 'l'}
	for range g.IntN(most + 1) {
		n.items = append(n.items, item())
	}
	return n
}

// with adds a field to a map in some of the cases, in a hundred.
func (g *generator) with(n *node, percent int, key string, value func() *node) {
	if g.IntN(100) < percent {
		n.fields = append(n.fields, field{key, value()})
	}
}

// words are parted by blanks; an underlined blank is part of a word.
func words(text string) []string {
	list := strings.Fields(text)
	for i, w := range list {
		list[i] = strings.ReplaceAll(w, "␣", " ")
	}
	return list
}

// The texts that are written for scalars. Anything that YAML reads in more
// than one way is among the odd ones, except for keys: an unquoted one that YAML
// writes differently, such as .5, is another key for the server.
var (
	types       = words(`Ingress Egress`)
	oddTypes    = words(`ingress EGRESS Both "" null All yes 1 'Ingress␣' [Ingress] ~`)
	protocols   = words(`TCP UDP SCTP`)
	oddProtocol = words(`tcp Udp ICMP ANY "" null 6 true [] "TCP" '*' off`)
	ports       = words(`80 443 1 65535 http https-alt 8080-tcp 0x50 0b11 010 1_000 8e1 80.0 null dns`)
	oddPorts    = words(`0 -1 65536 99999999999 9999999999999999999999 "80" '0' HTTP 80-90 a-name-that-is-too-long -a a- a--b "" "a␣b"
		80.5 true yes [] {} "*" a_b 1__0 0o17 12:30 2026-11-02 1e400 .inf +80 "8080␣" é`)
	ends     = words(`80 443 8080 65535 65535 null`)
	oddEnds  = words(`0 1 79 65536 -5 "90" http 90.5 true 99999999999 [] 0x1 1_00`)
	cidrs    = words(`10.0.0.0/8 10.1.0.0/16 0.0.0.0/0 "::/0" 192.168.1.0/24 10.1.2.3/32 "fd00::/8" "2001:db8::/32" "2001:db9:1::/48"`)
	oddCIDRs = words(`10.0.0.1 10.1.2.3/16 10.0.0.0/33 010.0.0.0/8 10.0.0.0/08 "::ffff:10.0.0.0/104" "2001:DB8::/32" "FD00:0::/8"
		"" null host 10 1.5 true [10.0.0.0/8] "fd00::1" "fd00::1/64" 10.0.0.0/-1 10.0.0/8 "␣10.0.0.0/8" 10.0.0.0/8/8 "fe80::1%eth0/64"
		"::/129" 255.255.255.255/31 "::ffff:0:0/96" "::10.0.0.0/120" 10.0.0.0/+8 '*' 10.0.0.0/ 1.2.3.4/32.0 "0:0:0:0:0:0:0:0/0"`)
	keys    = words(`app tier app.kubernetes.io/name example.com/Team_1 a "0" "y" x.y-z`)
	oddKeys = words(`"" "a␣b" -a a- /a a/ a/b/c Example.com/a exa_mple.com/a "é" "*"
		a234567890123456789012345678901234567890123456789012345678901234 "a.b..c/d" 'a$x' true 1`)
	values    = words(`web db "" "1" 'true' a.b_c-d W null 1.2.3 2026-11-02 v1 ~`)
	oddValues = words(`"a␣b" -a a- "a=b" "*" true 1 1.0 no On [] {} "é" a/b "a,b" 0x1 1e3 .inf
		a234567890123456789012345678901234567890123456789012345678901234 "a:b" _ . "+1" y`)
	operators    = words(`In NotIn Exists DoesNotExist`)
	oddOperators = words(`in NOTIN exists Equals "" null true [] "In␣" Gt`)
	names        = words(`web web.a w1 a-b 'on'`)
	oddNames     = words(`Web web_a -web web- "" null 1 true .web web. a..b "a␣b"
		a2345678901234567890123456789012345678901234567890123456789012345 "w/b"`)
	annotations = words(`a example.com/B A "x␣y␣z" null "1" "" `)
)

func (g *generator) policy() string {
	meta := &node{shape: 'm'}
	if g.with(meta, 95, "name", func() *node { return g.scalar(names, oddNames) }); len(meta.fields) == 0 {
		g.with(meta, 80, "generateName", func() *node { return g.scalar(words(`web- a b-`), words(`-a A- _ "" null a_- a..- "-"`)) })
	}
	g.with(meta, 60, "namespace", func() *node { return g.scalar(words(`shop a-1`), words(`shop.a Shop "" null 1 -a`)) })
	g.with(meta, 40, "labels", g.labels)
	g.with(meta, 15, "annotations", func() *node {
		n := &node{shape: 'm'}
		for range 1 + g.IntN(2) {
			n.fields = append(n.fields, field{g.scalar(words(`a example.com/B "Ex.AMPLE/c"`), oddKeys).scalar, g.scalar(annotations, words(`1 true [] {}`))})
		}
		return distinct(n)
	})
	spec := &node{shape: 'm'}
	g.with(spec, 95, "podSelector", g.selector)
	g.with(spec, 70, "policyTypes", func() *node { return g.list(2+g.IntN(2), func() *node { return g.scalar(types, oddTypes) }) })
	g.with(spec, 70, "ingress", func() *node { return g.list(2, func() *node { return g.rule("from") }) })
	g.with(spec, 50, "egress", func() *node { return g.list(2, func() *node { return g.rule("to") }) })
	top := &node{shape: 'm', fields: []field{{"metadata", meta}, {"spec", spec}}}
	for g.strange() {
		g.mutate(top)
	}
	b := &strings.Builder{}
	b.WriteString("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n")
	if g.IntN(2) == 0 {
		top.writeBlock(b, "")
		return b.String()
	}
	for _, f := range top.fields {
		b.WriteString(f.key + ": ")
		f.value.write(b)
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *generator) rule(peers string) *node {
	n := &node{shape: 'm'}
	g.with(n, 75, peers, func() *node { return g.list(3, g.peer) })
	g.with(n, 65, "ports", func() *node { return g.list(3, g.port) })
	return n
}

func (g *generator) peer() *node {
	n := &node{shape: 'm'}
	switch {
	case g.strange():
		g.with(n, 40, "ipBlock", g.block)
		g.with(n, 50, "podSelector", g.selector)
		g.with(n, 40, "namespaceSelector", g.selector)
	case g.IntN(2) == 0:
		g.with(n, 100, "ipBlock", g.block)
	default:
		g.with(n, 100, "podSelector", g.selector)
		g.with(n, 40, "namespaceSelector", g.selector)
	}
	return n
}

func (g *generator) block() *node {
	n := &node{shape: 'm'}
	g.with(n, 98, "cidr", func() *node { return g.scalar(cidrs, oddCIDRs) })
	g.with(n, 10, "except", func() *node { return g.list(2, func() *node { return g.scalar(cidrs, oddCIDRs) }) })
	return n
}

func (g *generator) port() *node {
	n := &node{shape: 'm'}
	g.with(n, 90, "port", func() *node { return g.scalar(ports, oddPorts) })
	g.with(n, 70, "protocol", func() *node { return g.scalar(protocols, oddProtocol) })
	g.with(n, 8, "endPort", func() *node { return g.scalar(ends, oddEnds) })
	return n
}

func (g *generator) labels() *node {
	n := &node{shape: 'm'}
	for range g.IntN(3) {
		n.fields = append(n.fields, field{g.scalar(keys, oddKeys).scalar, g.scalar(values, oddValues)})
	}
	return distinct(n)
}

func (g *generator) selector() *node {
	n := &node{shape: 'm'}
	g.with(n, 70, "matchLabels", g.labels)
	g.with(n, 25, "matchExpressions", func() *node { return g.list(2, g.expression) })
	return n
}

func (g *generator) expression() *node {
	n := &node{shape: 'm'}
	operator := g.scalar(operators, oddOperators)
	g.with(n, 99, "key", func() *node { return g.scalar(keys, oddKeys) })
	g.with(n, 99, "operator", func() *node { return operator })
	percent := 98
	if strings.HasSuffix(operator.scalar, "xist") || strings.HasSuffix(operator.scalar, "xists") {
		percent = 2
	}
	g.with(n, percent, "values", func() *node {
		list := g.list(2, func() *node { return g.scalar(values, oddValues) })
		if len(list.items) == 0 && !g.strange() {
			list.items = append(list.items, g.scalar(values, oddValues))
		}
		return list
	})
	return n
}

// distinct drops fields whose key stands in a map already.
func distinct(n *node) *node {
	seen := map[string]bool{}
	kept := n.fields[:0]
	for _, f := range n.fields {
		if key := strings.Trim(f.key, `"'`); !seen[key] {
			seen[key] = true
			kept = append(kept, f)
		}
	}
	n.fields = kept
	return n
}
