package rules

import (
	"fmt"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var portEntryImplicit = &lint.Rule{
	Name: "port-entry-implicit",
	Doc: `port entry relies on a default

An entry of "ports" without a protocol means TCP, and one without a port means
every port of its protocol: "- {}" opens all of TCP and none of UDP. Written
out, it says what is meant.

Not checked: a port that is written as null; null-port-allows-all reports it.

https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/`,
	Severity: lint.Info,
	Preset:   lint.All,
	Tags:     []string{"schema", "ports"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runPortEntryImplicit,
}

func runPortEntryImplicit(pass *lint.Pass) (any, error) {
	for entry := range inPlace(partsOf(pass).ports) {
		if !entry.structure() || entry.misspelt() {
			continue
		}
		protocol, port := entry.get("protocol"), entry.get("port")
		from, _ := port.value.Int()
		to, _ := entry.value.Get("endPort").Int()
		var why string
		var fixes []lint.Fix
		if !protocol.written() {
			why = "names no protocol, which means TCP"
			fixes = protocol.set("write the protocol TCP", "TCP")
		}
		switch {
		case port.value.Kind() == manifest.Null:
		case !port.written() && why != "":
			why = "names neither port nor protocol, which means every port of TCP and nothing of UDP"
		case !port.written():
			why = "names no port, which means every port of " + protocol.value.Text()
		case from == 1 && to == 65535 && why == "":
			why = "is the range of all ports, the same as no port"
		}
		if why != "" {
			path := entry.path()
			pass.Report(lint.Diagnostic{
				Object: entry.object, Path: path, Fixes: fixes,
				Message: fmt.Sprintf("%s of %s %s", path, objectName(entry.object), why),
			})
		}
	}
	return nil, nil
}
