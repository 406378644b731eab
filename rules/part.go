package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

// part is a field of a NetworkPolicy as it is written, for rules about what the
// API server refuses.
type part struct {
	object *manifest.Object
	path   manifest.Path
	value  manifest.Value
}

// get returns the field below a part.
func (p part) get(key string) part {
	return part{p.object, p.path.Key(key), p.value.Get(key)}
}

// items returns the items of a list.
func (p part) items() []part {
	var items []part
	for i, v := range p.value.Items() {
		items = append(items, part{p.object, p.path.Item(i), v})
	}
	return items
}

// written reports whether there is a value; the API reads null as if the field
// were absent.
func (p part) written() bool {
	return p.value.Exists() && p.value.Kind() != manifest.Null
}

// text returns the string that the API reads, "" for null. It reports false
// for a value of another type, which is a finding of its own, and for one that
// a template's variable is left in.
func (p part) text() (string, bool) {
	switch p.value.Kind() {
	case manifest.String:
		return p.value.Text(), !templateVariable.MatchString(p.value.Text())
	case manifest.Null, manifest.Absent:
		return "", true
	}
	return "", false
}

// structure reports whether the API reads a map there: null as an item of a
// list is an empty one.
func (p part) structure() bool {
	return p.value.Kind() == manifest.Map || p.value.Kind() == manifest.Null && p.path[len(p.path)-1].IsItem()
}

// misspelt reports whether a map holds a key that the API does not know: what
// is missing beside it is probably what that key stands for, and only one of
// the two is worth a finding.
func (p part) misspelt() bool {
	for _, fact := range p.object.Facts {
		if fact.Kind == manifest.UnknownField && len(fact.Path) == len(p.path)+1 && slices.Equal(fact.Path[:len(p.path)], p.path) {
			return true
		}
	}
	return false
}

// refused is the finding that the API server refuses a policy for one of its
// fields. The reason is a clause that begins with what is written there.
func (p part) refused(pass *lint.Pass, fixes []lint.Fix, reason string, args ...any) {
	pass.Report(lint.Diagnostic{
		Object: p.object, Path: p.path, Fixes: fixes,
		Message: fmt.Sprintf("%s of %s ", p.path, objectName(p.object)) + fmt.Sprintf(reason, args...) + ", so the API server refuses the policy",
	})
}

// set is the fix that writes a value in the place of a part.
func (p part) set(message string, value any) []lint.Fix {
	return []lint.Fix{{Message: message, Ops: []lint.Op{{Object: p.object, Path: p.path, Kind: lint.Set, Value: value}}}}
}

// fault returns the first thing that the server's validation says, without its
// examples and regular expressions.
func fault(messages []string) string {
	said, _, _ := strings.Cut(messages[0], " (e.g. ")
	return said
}
