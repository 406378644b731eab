package rules

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var unknownField = &lint.Rule{
	Name: "unknown-field",
	Doc: `field that the API does not know

A misspelt or misplaced field is refused by kubectl, which asks the API server
to validate strictly. Clients that do not ask for it, among them many GitOps
tools and pipelines, only get a warning: the server drops the field and keeps
the rest. Of a policy, the rest often means something else: without podSelector
it selects every pod of its namespace, without ports a rule admits every port.

Field names are compared letter by letter; "podselector" is not "podSelector".
Keys that begin with "$" are directives of a patch and are passed over.

Not checked: custom resources apart from their metadata, except the policies of
policy.networking.k8s.io, and the parts of other kinds that have nothing to do
with connections.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runUnknownField,
}

func runUnknownField(pass *lint.Pass) (any, error) {
	for _, o := range pass.Bundle.Objects {
		var found []lint.Diagnostic
		slips := map[string]int{} // the finding about the first of the fields that slipped together
		for _, fact := range o.Facts {
			if fact.Kind != manifest.UnknownField || strings.HasPrefix(lastKey(fact.Path), "$") {
				continue
			}
			if n := len(fact.Belongs); n > 0 {
				slip := fact.Path[:len(fact.Path)-1].String() + " " + fact.Belongs[:n-1].String()
				if first, known := slips[slip]; known {
					found[first].Related = append(found[first].Related, lint.Related{
						Object: o, Path: fact.Path, Message: "belongs at " + fact.Belongs.String(),
					})
					continue
				}
				slips[slip] = len(found)
			}
			found = append(found, lint.Diagnostic{
				Object: o, Path: fact.Path,
				Message: fmt.Sprintf("%s has an unknown field %s%s: kubectl refuses the object, and %s",
					objectName(o), fact.Path, unknownFieldHint(o, fact), droppedField(o, fact)),
				Fixes: unknownFieldFixes(o, fact),
			})
		}
		for _, d := range found {
			pass.Report(d)
		}
	}
	return nil, nil
}

// unknownFieldHint says in brackets what the author may have meant.
func unknownFieldHint(o *manifest.Object, fact manifest.Fact) string {
	switch {
	case len(fact.Suggestions) > 0 && fact.Want != "":
		return fmt.Sprintf(" (%s takes %s)", fact.Suggestions[0], fact.Want)
	case len(fact.Suggestions) > 0:
		return " (did you mean " + strings.Join(fact.Suggestions, " or ") + "?)"
	case fact.Belongs != nil:
		return " (it belongs at " + fact.Belongs.String() + ")"
	case removedStatus(o, fact):
		return " (a policy has had no status since Kubernetes 1.28)"
	case otherSide(fact) != "":
		return " (an " + lastKey(fact.Path[:len(fact.Path)-1]) + " rule names its peers under " + otherSide(fact) + ")"
	}
	return ""
}

// otherSide returns the field of a rule's peers where that of the other
// direction is written.
func otherSide(fact manifest.Fact) string {
	switch around := lastKey(fact.Path[:len(fact.Path)-1]); {
	case around == "ingress" && lastKey(fact.Path) == "to":
		return "from"
	case around == "egress" && lastKey(fact.Path) == "from":
		return "to"
	}
	return ""
}

func unknownFieldFixes(o *manifest.Object, fact manifest.Fact) []lint.Fix {
	switch {
	case len(fact.Suggestions) == 1 && fact.Want == "" && !o.Written.At(meantField(fact)).Exists():
		op := lint.Op{Object: o, Path: fact.Path, Kind: lint.RenameKey, Value: fact.Suggestions[0]}
		return []lint.Fix{{Message: "rename the field to " + fact.Suggestions[0], Ops: []lint.Op{op}}}
	case removedStatus(o, fact):
		return []lint.Fix{{Message: "remove the status", Ops: []lint.Op{{Object: o, Path: fact.Path, Kind: lint.Remove}}}}
	}
	return nil
}

func removedStatus(o *manifest.Object, fact manifest.Fact) bool {
	return o.ID.Kind == "NetworkPolicy" && fact.Path.String() == "status"
}

// meantField is the field that is missing because of an unknown one: the one
// that it probably stands for, or the list or map that has to hold it; nil
// where there is no telling.
func meantField(fact manifest.Fact) manifest.Path {
	around := fact.Path[:len(fact.Path)-1]
	if len(fact.Suggestions) == 1 {
		return around.Key(fact.Suggestions[0])
	}
	if peers := otherSide(fact); peers != "" {
		return around.Key(peers)
	}
	for i, step := range fact.Belongs {
		if i > len(around) && step.IsItem() || i > 0 && fact.Belongs[i-1].Key == "matchLabels" {
			return fact.Belongs[:i]
		}
	}
	return fact.Belongs
}

// droppedField says what becomes of an object whose unknown field is dropped,
// for a policy in what it then means.
func droppedField(o *manifest.Object, fact manifest.Fact) string {
	meant := meantField(fact)
	if o.ID.Kind == "NetworkPolicy" && meant != nil && !o.Written.At(meant).Exists() {
		if consequence := withoutField(o.Written.At(meant[:len(meant)-1]), meant); consequence != "" {
			return "where the field is dropped instead, " + consequence
		}
	}
	return "clients that do not validate drop the field without a word"
}

// withoutField says what a part of a policy means where the field at path is
// missing from it, "" where the API refuses that or it changes little.
func withoutField(part manifest.Value, path manifest.Path) string {
	field := lastKey(path)
	switch around := lastKey(path[:len(path)-1]); {
	case field == "matchLabels" || field == "matchExpressions":
		switch {
		case len(part.Members()) > 0:
			return "the selector matches more than it says"
		case part.Kind() == manifest.Map || around == "podSelector" && len(path) == 3:
			return "the selector matches everything"
		}
		return "" // a peer with a null selector is refused
	case around == "from" || around == "to":
		switch {
		case field == "podSelector" && part.Get("namespaceSelector").Exists():
			return "the peer is every pod of its namespaces"
		case field == "namespaceSelector" && part.Get("podSelector").Exists():
			return "the peer is pods of the policy's own namespace"
		}
		return ""
	default:
		return map[string]string{
			"spec.podSelector": "the policy selects every pod of its namespace",
			"spec.policyTypes": "the directions that the policy isolates follow from its rules",
			"spec.ingress":     "the policy has no ingress rules",
			"spec.egress":      "the policy has no egress rules",
			"ingress.from":     "the rule admits everybody",
			"egress.to":        "the rule admits every destination",
			"ingress.ports":    "the rule admits every port",
			"egress.ports":     "the rule admits every port",
			"ports.port":       "the entry admits every port of its protocol",
			"ports.protocol":   "the protocol is TCP",
			"ports.endPort":    "only the first port of the range is admitted",
			"ipBlock.except":   "the block has no exceptions",
		}[around+"."+field]
	}
}

// lastKey returns the last key of a path, that of the list for an item.
func lastKey(p manifest.Path) string {
	for i := len(p) - 1; i >= 0; i-- {
		if !p[i].IsItem() {
			return p[i].Key
		}
	}
	return ""
}
