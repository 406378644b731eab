package rules

import (
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidSelector = &lint.Rule{
	Name: "invalid-selector",
	Doc: `selector that the API server refuses

The keys and values of labels follow a syntax: a name of at most 63 letters,
digits, "-", "_" and ".", before which a key may have a DNS name and a slash. An
expression needs a key and an operator; In and NotIn need values, Exists and
DoesNotExist take none.

Not checked: the selectors of workloads and Services, and words in which a
template's variable is left.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set`,
	Severity: lint.Error,
	Tags:     []string{"schema", "selectors"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runInvalidSelector,
}

func runInvalidSelector(pass *lint.Pass) (any, error) {
	for selector := range inPlace(partsOf(pass).selectors) {
		labels := selector.value.Get("matchLabels")
		for _, e := range labels.Members() {
			if message := labelFault(labels.Get(e.Key), e.Key); message != "" {
				labels := selector.get("matchLabels")
				label := labels.get(e.Key)
				label.refused(pass, nil, "%s", message)
			}
		}
		if selector.value.Get("matchExpressions").Empty() {
			continue
		}
		expressions := selector.get("matchExpressions")
		for i := range expressions.value.Items() {
			if e := expressions.item(i); e.structure() {
				checkExpression(pass, e)
			}
		}
	}
	return nil, nil
}

// labelFault says what the server does not accept of a label, "" if nothing.
func labelFault(label manifest.Value, key string) string {
	if holdsVariable(key) {
		return ""
	}
	if !graph.ValidLabelKey(key) {
		return "has a key that is no label key: " + fault(validation.IsQualifiedName(key))
	}
	return valueFault(label)
}

func valueFault(v manifest.Value) string {
	value, ok := textOf(v)
	if ok && !graph.ValidLabelValue(value) {
		return "is " + strconv.Quote(value) + ", which is no label value: " + fault(validation.IsValidLabelValue(value))
	}
	return ""
}

func checkExpression(pass *lint.Pass, e part) {
	key, operator, values := e.get("key"), e.get("operator"), e.get("values")
	name, ok := key.text()
	if ok && !graph.ValidLabelKey(name) {
		switch {
		case name != "":
			key.refused(pass, nil, "is %s, which is no label key: %s", strconv.Quote(name), fault(validation.IsQualifiedName(name)))
		case e.misspelt():
		case !operator.written() && !values.written():
			e.refused(pass, nil, "says nothing")
			return
		default:
			key.refused(pass, nil, "is missing")
		}
	}
	switch n := len(values.value.Items()); operator.value.Text() {
	case "In", "NotIn":
		if n == 0 && (!values.written() || values.value.Kind() == manifest.List) && !e.misspelt() {
			values.refused(pass, nil, "is empty, and the operator %s needs values", operator.value.Text())
		}
	case "Exists", "DoesNotExist":
		if n > 0 {
			values.refused(pass, nil, "lists values, which the operator %s does not take", operator.value.Text())
		}
	case "":
		if (!operator.written() || operator.value.Kind() == manifest.String) && !e.misspelt() {
			operator.refused(pass, nil, "is missing")
		}
	}
	for i := range values.value.Items() {
		v := values.item(i)
		if message := valueFault(v.value); message != "" {
			v.refused(pass, nil, "%s", message)
		}
	}
}
