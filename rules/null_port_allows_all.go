package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var nullPortAllowsAll = &lint.Rule{
	Name: "null-port-allows-all",
	Doc: `port that is written and null opens every port

A port entry without a port means every port of its protocol. Where the key
stands there with nothing after it, often because a chart's value is not set,
the list of ports reads like a restriction and is none.

Not checked: entries without the key.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Error,
	Tags:     []string{"ports"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runNullPortAllowsAll,
}

func runNullPortAllowsAll(pass *lint.Pass) (any, error) {
	for entry := range inPlace(partsOf(pass).ports) {
		port, end := entry.get("port"), entry.get("endPort")
		if port.value.Kind() != manifest.Null || end.written() {
			continue
		}
		protocol := entry.value.Get("protocol").Text()
		if protocol == "" {
			protocol = "TCP"
		}
		path := port.path()
		pass.Report(lint.Diagnostic{
			Object: port.object, Path: path,
			Message: fmt.Sprintf("%s of %s is null, so the rule admits every %s port and its list of ports restricts nothing", path, objectName(port.object), protocol),
			Fixes:   []lint.Fix{{Message: "write the port, or remove the key if every port is meant"}},
		})
	}
	return nil, nil
}
