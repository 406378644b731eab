package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var wrongScalarType = &lint.Rule{
	Name: "wrong-scalar-type",
	Doc: `value of a type that the API does not take

The API converts nothing: a label value that YAML reads as a boolean or a
number, such as an unquoted true, 1.0 or 012, makes the server refuse the whole
object, and so do a string in place of a list and a list in place of a map.

kubectl and Helm read YAML 1.1, for which y, yes, no, on and off are booleans
too. A port in quotes is the name of a port; one of digits only is refused,
because a name needs a letter.

A null label value is no mistake of this kind: the server reads it as "".

Not checked: fields of custom resources, and the parts of other kinds that have
nothing to do with connections.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Run:      runWrongScalarType,
}

func runWrongScalarType(pass *lint.Pass) (any, error) {
	for _, o := range pass.Bundle.Objects {
		for _, fact := range o.Facts {
			if fact.Kind == manifest.WrongType {
				reportWrongType(pass, o, fact)
			}
		}
		checkPorts(pass, o)
	}
	return nil, nil
}

// checkPorts checks the fields of an object that take the number or the name of a
// port.
func checkPorts(pass *lint.Pass, o *manifest.Object) {
	spec := o.Value.Get("spec")
	switch o.ID.Kind {
	case "NetworkPolicy":
		for _, d := range graph.Directions {
			for i, rule := range spec.Get(d.String()).Items() {
				for j, entry := range rule.Get("ports").Items() {
					if port := entry.Get("port"); ofDigits(port) {
						reportDigits(pass, o, port, manifest.Field("spec", d.String()).Item(i).Key("ports").Item(j).Key("port"))
					}
				}
			}
		}
	case "Service":
		for i, entry := range spec.Get("ports").Items() {
			if port := entry.Get("targetPort"); ofDigits(port) {
				reportDigits(pass, o, port, manifest.Field("spec", "ports").Item(i).Key("targetPort"))
			}
		}
	}
}

func ofDigits(v manifest.Value) bool { return v.Kind() == manifest.String && allDigits(v.Text()) }

func reportDigits(pass *lint.Pass, o *manifest.Object, port manifest.Value, path manifest.Path) {
	pass.Report(lint.Diagnostic{
		Object: o, Path: path,
		Message: fmt.Sprintf("%s of %s is the string %q, which stands for the name of a port, so that the API server refuses the object: a name needs a letter",
			path, objectName(o), port.Text()),
		Fixes: []lint.Fix{unquote(o, path)},
	})
}

func reportWrongType(pass *lint.Pass, o *manifest.Object, fact manifest.Fact) {
	value := o.Value.At(fact.Path)
	written := fact.Got.String()
	want := fact.Want
	if fact.Belongs != nil {
		want += fmt.Sprintf(" (it belongs at %s)", fact.Belongs)
	}
	if text := value.Text(); text != "" {
		if value.Quoted() {
			text = strconv.Quote(text)
		}
		_, noun, _ := strings.Cut(written, " ")
		written = "the " + noun + " " + text
	}
	pass.Report(lint.Diagnostic{
		Object: o, Path: fact.Path,
		Message: fmt.Sprintf("%s of %s is %s where the API takes %s, so that the API server refuses the object",
			fact.Path, objectName(o), written, want),
		Fixes: wrongTypeFixes(o, fact, value),
	})
}

// wrongTypeFixes writes the value as the type that the API takes, where there
// is one way to do so.
func wrongTypeFixes(o *manifest.Object, fact manifest.Fact, value manifest.Value) []lint.Fix {
	set := func(message string, to any) []lint.Fix {
		return []lint.Fix{{Message: message, Ops: []lint.Op{{Object: o, Path: fact.Path, Kind: lint.Set, Value: to}}}}
	}
	switch {
	case fact.Want == "a string" && value.Text() != "":
		return set("put the value in quotes", value.Text())
	case fact.Want == "an integer" && value.Quoted() && allDigits(value.Text()):
		return []lint.Fix{unquote(o, fact.Path)}
	case fact.Want == "a boolean" && value.Quoted() && (value.Text() == "true" || value.Text() == "false"):
		return []lint.Fix{unquote(o, fact.Path)}
	case fact.Want == "a list" && fact.Got == manifest.String && ofStrings[lastKey(fact.Path)]:
		var items []any
		for item := range strings.SplitSeq(value.Text(), ",") {
			items = append(items, strings.TrimSpace(item))
		}
		return set("make it a list", items)
	}
	return nil
}

// ofStrings names the lists of strings that people write as their only item, or
// as one text.
var ofStrings = map[string]bool{"policyTypes": true, "except": true, "values": true}

func unquote(o *manifest.Object, path manifest.Path) lint.Fix {
	return lint.Fix{Message: "remove the quotes", Ops: []lint.Op{{Object: o, Path: path, Kind: lint.Unquote}}}
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
