package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// adminChecker checks one policy against the CustomResourceDefinition of its
// version.
type adminChecker struct {
	pass     *lint.Pass
	p        *graph.Policy
	older    bool // v1alpha1
	reported bool
}

func newAdminChecker(pass *lint.Pass, p *graph.Policy) *adminChecker {
	return &adminChecker{pass: pass, p: p, older: p.Object.ID.Kind != "ClusterNetworkPolicy"}
}

func (c *adminChecker) value(path manifest.Path) manifest.Value { return c.p.Object.Value.At(path) }

// refuse reports what the server refuses; the message follows the policy's name.
func (c *adminChecker) refuse(path manifest.Path, fixes []lint.Fix, format string, args ...any) {
	c.report(lint.Diagnostic{Path: path, Fixes: fixes}, fmt.Sprintf(format, args...)+", so the API server refuses the policy")
}

func (c *adminChecker) warn(path manifest.Path, format string, args ...any) {
	c.report(lint.Diagnostic{Path: path, Severity: lint.Warning}, fmt.Sprintf(format, args...))
}

func (c *adminChecker) report(d lint.Diagnostic, what string) {
	if c.explained(d.Path) {
		return
	}
	c.reported = true
	d.Object = c.p.Object
	d.Message = c.p.String() + " " + what
	c.pass.Report(d)
}

// explained reports whether the field holds a key that the API does not know, or a
// value of a wrong type, which are findings of their own; or a template's
// variable.
func (c *adminChecker) explained(path manifest.Path) bool {
	if holdsVariable(c.value(path).Text()) {
		return true
	}
	at := path.String()
	return slices.ContainsFunc(c.p.Object.Facts, func(f manifest.Fact) bool {
		inside, found := strings.CutPrefix(f.Path.String(), at)
		return found && (inside == "" || inside[0] == '.' || inside[0] == '[')
	})
}

// atMost checks the length of a list.
func (c *adminChecker) atMost(path manifest.Path, noun string, n int) {
	most := 25
	if c.older {
		most = 100
	}
	if n > most {
		c.refuse(path.Item(most), nil, "has a list of %s, of which there may be %d", count(n, noun), most)
	}
}

// set counts the fields that are written and not null.
func (c *adminChecker) set(path manifest.Path, fields ...string) int {
	v, n := c.value(path), 0
	for _, field := range fields {
		if f := v.Get(field); f.Exists() && f.Kind() != manifest.Null {
			n++
		}
	}
	return n
}

// written returns the nearest field around a place that is written.
func (c *adminChecker) written(path manifest.Path) manifest.Path {
	for len(path) > 1 && !c.value(path).Exists() {
		path = path[:len(path)-1]
	}
	return path
}

func fieldCount(n int) string {
	if n == 0 {
		return "no field"
	}
	return count(n, "field")
}
