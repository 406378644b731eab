package rego

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// withheld are the builtins, or groups of them, that reach out of the module:
// to the network, the clock, the environment, randomness or files, or to
// secrets. json.match_schema follows references to files and addresses.
var withheld = []string{
	"crypto.", "graphql.", "http.", "io.jwt.", "json.match_schema", "json.verify_schema", "net.lookup_ip_addr",
	"opa.runtime", "providers.", "rand.", "time.now_ns", "trace", "uuid.",
}

// capabilities returns what modules may use: OPA's language, its builtins
// without the withheld ones, and nplint's.
func capabilities() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(slices.Clone(c.Builtins), func(b *ast.Builtin) bool { return b.Nondeterministic || isWithheld(b.Name) })
	for _, b := range builtins {
		c.Builtins = append(c.Builtins, b.declaration())
	}
	slices.SortFunc(c.Builtins, func(a, b *ast.Builtin) int { return strings.Compare(a.Name, b.Name) })
	c.AllowNet = []string{}
	return c
}

func isWithheld(name string) bool {
	return slices.ContainsFunc(withheld, func(w string) bool {
		return name == w || strings.HasSuffix(w, ".") && strings.HasPrefix(name, w)
	})
}

// Capabilities returns what modules may use as the JSON file that opa check and
// editors read.
func Capabilities() ([]byte, error) {
	return json.MarshalIndent(capabilities(), "", "  ")
}
