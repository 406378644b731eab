package config

import (
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint"
)

// reader reads nodes and notes every mistake with its line.
type reader struct {
	name string // of the file
	errs []error
}

// field is a key that a map may have and what reads its value.
type field struct {
	key  string
	read func(*yaml.Node)
}

func (r *reader) mistake(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.name, n.Line, fmt.Sprintf(format, args...)))
}

// refuse notes an error about the value of a key.
func (r *reader) refuse(n *yaml.Node, key string, err error) {
	if err != nil {
		r.mistake(n, "%s: %v", key, err)
	}
}

var numbered = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// syntax turns the parser's error into one with file and line.
func (r *reader) syntax(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := numbered.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s: %s", r.name, m[1], text[len(m[0]):])
	}
	return fmt.Errorf("%s: %s", r.name, text)
}

// fields reads a map that may have some keys and no others. A key without a
// value counts as not written.
func (r *reader) fields(n *yaml.Node, known ...field) {
	r.entries(n, func(key, value *yaml.Node) {
		i := slices.IndexFunc(known, func(f field) bool { return f.key == key.Value })
		switch {
		case i < 0:
			r.mistake(key, "unknown key %q%s", key.Value, suggest(key.Value, known))
		case value.Tag != "!!null":
			known[i].read(value)
		}
	})
}

// suggest names the known key that is closest to an unknown one.
func suggest(key string, known []field) string {
	var keys []string
	for _, f := range known {
		keys = append(keys, f.key)
	}
	if s := lint.Suggest(key, keys); s != "" {
		return s
	}
	return "; use one of " + strings.Join(keys, ", ")
}

// is reports whether a node is of a kind, and notes a mistake if not.
func (r *reader) is(n *yaml.Node, kind yaml.Kind, what string) bool {
	if n.Kind == kind {
		return true
	}
	got := map[yaml.Kind]string{yaml.MappingNode: "a map", yaml.SequenceNode: "a list", yaml.ScalarNode: "one value", yaml.AliasNode: "an alias"}[n.Kind]
	r.mistake(n, "expected %s, got %s", what, got)
	return false
}

// entries calls do for each entry of a map.
func (r *reader) entries(n *yaml.Node, do func(key, value *yaml.Node)) {
	if !r.is(n, yaml.MappingNode, "a map") {
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if line, twice := seen[key.Value]; twice {
			r.mistake(key, "key %q stands on line %d already", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		do(key, value)
	}
}

// items calls do for each item of a list.
func (r *reader) items(n *yaml.Node, do func(i int, item *yaml.Node)) {
	if r.is(n, yaml.SequenceNode, "a list") {
		for i, item := range n.Content {
			do(i, item)
		}
	}
}

// scalar returns a scalar as it is written.
func (r *reader) scalar(n *yaml.Node) string {
	if !r.is(n, yaml.ScalarNode, "one value") {
		return ""
	}
	return n.Value
}

func (r *reader) text(n *yaml.Node) string {
	s := r.scalar(n)
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		r.mistake(n, "expected a text, got nothing")
	}
	return s
}

func (r *reader) texts(n *yaml.Node) []string {
	texts := []string{}
	r.items(n, func(_ int, item *yaml.Node) { texts = append(texts, r.text(item)) })
	return texts
}

func (r *reader) boolean(n *yaml.Node) bool {
	var b bool
	if r.scalar(n); n.Kind == yaml.ScalarNode && n.Decode(&b) != nil {
		r.mistake(n, "%q is neither true nor false", n.Value)
	}
	return b
}

func (r *reader) number(n *yaml.Node, least, most int) int {
	if !r.is(n, yaml.ScalarNode, "a number") {
		return 0
	}
	i, err := strconv.Atoi(n.Value)
	switch {
	case err == nil && least <= i && i <= most:
		return i
	case least == most:
		r.mistake(n, "%q is not supported here; write %d", n.Value, least)
	default:
		r.mistake(n, "%q is not a number from %d to %d", n.Value, least, most)
	}
	return 0
}

func (r *reader) ports(n *yaml.Node) []int {
	ports := []int{}
	r.items(n, func(_ int, item *yaml.Node) { ports = append(ports, r.number(item, 1, 65535)) })
	return ports
}

func (r *reader) prefix(n *yaml.Node) netip.Prefix {
	p, err := netip.ParsePrefix(r.text(n))
	if err != nil {
		r.mistake(n, "%q is no range of addresses; write one such as 10.0.0.0/8", n.Value)
	}
	return p.Masked()
}

func (r *reader) prefixes(n *yaml.Node) []netip.Prefix {
	prefixes := []netip.Prefix{}
	r.items(n, func(_ int, item *yaml.Node) { prefixes = append(prefixes, r.prefix(item)) })
	return prefixes
}

// patterns reads globs that have a number of parts, any number for 0.
func (r *reader) patterns(n *yaml.Node, parts int) []string {
	patterns := []string{}
	r.items(n, func(_ int, item *yaml.Node) {
		pattern := r.text(item)
		if _, err := path.Match(pattern, ""); err != nil {
			r.mistake(item, "%q is no pattern: %v", pattern, err)
		}
		if parts > 0 && strings.Count(pattern, "/") != parts-1 {
			r.mistake(item, "%q does not name objects; write Kind/namespace/name, such as NetworkPolicy/monitoring/prometheus-*", pattern)
		}
		patterns = append(patterns, pattern)
	})
	return patterns
}
