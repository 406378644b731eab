package rules

import (
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint"
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
	for _, selector := range partsOf(pass).selectors {
		labels := selector.get("matchLabels")
		for _, e := range labels.value.Members() {
			if message := labelFault(labels.get(e.Key), e.Key); message != "" {
				labels.get(e.Key).refused(pass, nil, "%s", message)
			}
		}
		for _, e := range selector.get("matchExpressions").items() {
			if e.structure() {
				checkExpression(pass, e)
			}
		}
	}
	return nil, nil
}

// labelFault says what the server does not accept of a label, "" if nothing.
func labelFault(label part, key string) string {
	if templateVariable.MatchString(key) {
		return ""
	}
	if messages := validation.IsQualifiedName(key); len(messages) > 0 {
		return "has a key that is no label key: " + fault(messages)
	}
	return valueFault(label)
}

func valueFault(p part) string {
	value, ok := p.text()
	if messages := validation.IsValidLabelValue(value); ok && len(messages) > 0 {
		return "is " + strconv.Quote(value) + ", which is no label value: " + fault(messages)
	}
	return ""
}

func checkExpression(pass *lint.Pass, e part) {
	key, operator, values := e.get("key"), e.get("operator"), e.get("values")
	name, ok := key.text()
	if faults := validation.IsQualifiedName(name); ok && len(faults) > 0 {
		switch {
		case name != "":
			key.refused(pass, nil, "is %s, which is no label key: %s", strconv.Quote(name), fault(faults))
		case e.misspelt():
		case !operator.written() && !values.written():
			e.refused(pass, nil, "says nothing")
			return
		default:
			key.refused(pass, nil, "is missing")
		}
	}
	switch n := len(values.items()); operator.value.Text() {
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
	for _, v := range values.items() {
		if message := valueFault(v); message != "" {
			v.refused(pass, nil, "%s", message)
		}
	}
}
