package schema

import (
	"math"
	"strconv"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/manifest"
)

// kindOf returns the kind that a node has for the API server's readers. They
// read YAML 1.1, for which an unquoted "yes" is a boolean, and turn it into
// JSON, in which 80.0 is written as the integer 80.
func kindOf(node *yaml.Node, t *Type) manifest.ValueKind {
	switch node.Kind {
	case yaml.MappingNode:
		return manifest.Map
	case yaml.SequenceNode:
		return manifest.List
	}
	switch node.ShortTag() {
	case "!!null":
		return manifest.Null
	case "!!bool":
		return manifest.Bool
	case "!!int":
		return manifest.Int
	case "!!float":
		if _, whole := integral(node); whole && t.accepts(manifest.Int) {
			return manifest.Int
		}
		return manifest.Float
	}
	if node.Style == 0 && boolean11(node.Value) {
		return manifest.Bool
	}
	return manifest.String
}

// boolean11 reports whether YAML 1.1 takes a plain text for a boolean that is a
// string in YAML 1.2.
func boolean11(text string) bool {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON",
		"n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return true
	}
	return false
}

// digits returns an integer as it is written, or its value where it is written
// with a fraction or an exponent.
func digits(node *yaml.Node) string {
	if n, whole := integral(node); whole && node.ShortTag() == "!!float" {
		return strconv.FormatInt(n, 10)
	}
	return node.Value
}

func integral(node *yaml.Node) (int64, bool) {
	f, err := strconv.ParseFloat(node.Value, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53
}

func quoted(node *yaml.Node) bool {
	return node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// target follows an alias to its anchor.
func target(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}
