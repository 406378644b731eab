package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// part is a field of a NetworkPolicy as it is written, for rules about what the
// API server refuses. Its path is made where something is reported, because
// nearly nothing is.
type part struct {
	object *manifest.Object
	parent *part // nil for a field of the object itself
	step   manifest.Step
	value  manifest.Value
}

// field returns a field of an object.
func field(o *manifest.Object, key string) part {
	return part{o, nil, manifest.Step{Key: key, Index: -1}, o.Value.Get(key)}
}

// get returns the field below a part.
func (p *part) get(key string) part {
	return part{p.object, p, manifest.Step{Key: key, Index: -1}, p.value.Get(key)}
}

// item returns an item of a list.
func (p *part) item(i int) part {
	return part{p.object, p, manifest.Step{Index: i}, p.value.Items()[i]}
}

// path returns the path of the field in its object.
func (p *part) path() manifest.Path {
	depth := 0
	for q := p; q != nil; q = q.parent {
		depth++
	}
	path := make(manifest.Path, depth)
	for q := p; q != nil; q = q.parent {
		depth--
		path[depth] = q.step
	}
	return path
}

// written reports whether there is a value; the API reads null as if the field
// were absent.
func (p *part) written() bool {
	return p.value.Exists() && p.value.Kind() != manifest.Null
}

// text returns the string that the API reads, "" for null. It reports false
// for a value of another type, which is a finding of its own, and for one that
// a template's variable is left in.
func (p *part) text() (string, bool) { return textOf(p.value) }

func textOf(v manifest.Value) (string, bool) {
	switch v.Kind() {
	case manifest.String:
		return v.Text(), !holdsVariable(v.Text())
	case manifest.Null, manifest.Absent:
		return "", true
	}
	return "", false
}

// structure reports whether the API reads a map there: null as an item of a
// list is an empty one.
func (p *part) structure() bool {
	return p.value.Kind() == manifest.Map || p.value.Kind() == manifest.Null && p.step.IsItem()
}

// misspelt reports whether a map holds a key that the API does not know: what
// is missing beside it is probably what that key stands for, and only one of
// the two is worth a finding.
func (p *part) misspelt() bool {
	if len(p.object.Facts) == 0 {
		return false
	}
	path := p.path()
	return slices.ContainsFunc(p.object.Facts, func(fact manifest.Fact) bool {
		return fact.Kind == manifest.UnknownField && len(fact.Path) == len(path)+1 && slices.Equal(fact.Path[:len(path)], path)
	})
}

// refused is the finding that the API server refuses a policy for one of its
// fields. The reason is a clause that begins with what is written there.
func (p *part) refused(pass *lint.Pass, fixes []lint.Fix, reason string, args ...any) {
	path := p.path()
	pass.Report(lint.Diagnostic{
		Object: p.object, Path: path, Fixes: fixes,
		Message: fmt.Sprintf("%s of %s ", path, objectName(p.object)) + fmt.Sprintf(reason, args...) + ", so the API server refuses the policy",
	})
}

// set is the fix that writes a value in the place of a part.
func (p *part) set(message string, value any) []lint.Fix {
	return []lint.Fix{{Message: message, Ops: []lint.Op{{Object: p.object, Path: p.path(), Kind: lint.Set, Value: value}}}}
}

// fault returns the first thing that the server's validation says, without its
// examples and regular expressions.
func fault(messages []string) string {
	said, _, _ := strings.Cut(messages[0], " (e.g. ")
	return said
}
