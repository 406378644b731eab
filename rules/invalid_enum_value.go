package rules

import (
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
)

var invalidEnumValue = &lint.Rule{
	Name: "invalid-enum-value",
	Doc: `word that the API does not know

A protocol is TCP, UDP or SCTP, a policy type is Ingress or Egress, and the
operator of a selector is In, NotIn, Exists or DoesNotExist, each in exactly
these letters. The API server refuses a policy with any other word, so that the
cluster keeps the version before it, or none.

A policy cannot name ICMP, nor "any": leave the ports out to admit every
protocol.

Not checked: a word that a template's variable is left in.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Error,
	Tags:     []string{"schema"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runInvalidEnumValue,
}

var (
	protocolWords = []string{"TCP", "UDP", "SCTP"}
	typeWords     = []string{"Ingress", "Egress"}
	operatorWords = []string{"In", "NotIn", "Exists", "DoesNotExist"}
)

func runInvalidEnumValue(pass *lint.Pass) (any, error) {
	for port := range inPlace(partsOf(pass).ports) {
		if protocol := port.get("protocol"); protocol.written() {
			checkWord(pass, protocol, protocolWords)
		}
	}
	for selector := range inPlace(partsOf(pass).selectors) {
		if selector.value.Get("matchExpressions").Empty() {
			continue
		}
		expressions := selector.get("matchExpressions")
		for i := range expressions.value.Items() {
			e := expressions.item(i)
			if operator := e.get("operator"); operator.value.Text() != "" {
				checkWord(pass, operator, operatorWords)
			}
		}
	}
	for spec := range inPlace(partsOf(pass).specs) {
		types := spec.get("policyTypes")
		if n := len(types.value.Items()); n > len(typeWords) {
			types.refused(pass, nil, "has %d entries where the API takes Ingress and Egress at most", n)
			continue
		}
		for i := range types.value.Items() {
			checkWord(pass, types.item(i), typeWords)
		}
	}
	return nil, nil
}

// checkWord reports a word that is none of those that the API knows.
func checkWord(pass *lint.Pass, p part, words []string) {
	word, ok := p.text()
	if !ok || slices.Contains(words, word) {
		return
	}
	last := len(words) - 1
	known := strings.Join(words[:last], ", ") + " or " + words[last]
	i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, strings.TrimSpace(word)) })
	if i < 0 {
		p.refused(pass, nil, "is %q where the API takes %s", word, known)
		return
	}
	p.refused(pass, p.set("write "+words[i], words[i]), "is %q where the API takes %s in exactly these letters", word, known)
}
