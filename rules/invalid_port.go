package rules

import (
	"fmt"
	"regexp"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/manifest"
)

var invalidPort = &lint.Rule{
	Name: "invalid-port",
	Doc: `port, port name or range that the API server refuses

A port is a number from 1 to 65535, or the name of a container's port: at most
15 lower case letters, digits and single hyphens, with at least one letter. A
range is a number in "port" and a larger one in "endPort"; a name has no range,
and an endPort without a port begins nowhere. Lists and ranges in one text, such
as "8000-8080", do not exist.

Not checked: whether a pod has a port of that name, and the ports of containers
and Services.

https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports`,
	Severity: lint.Error,
	Tags:     []string{"schema", "ports"},
	Requires: []*lint.Rule{writtenParts},
	Run:      runInvalidPort,
}

func runInvalidPort(pass *lint.Pass) (any, error) {
	for entry := range inPlace(partsOf(pass).ports) {
		port, end := entry.get("port"), entry.get("endPort")
		switch port.value.Kind() {
		case manifest.Int:
			checkRange(pass, entry)
		case manifest.String:
			name, ok := port.text()
			switch messages := validation.IsValidPortName(name); {
			case !ok || allDigits(name): // wrong-scalar-type reports digits
			case len(messages) > 0:
				port.refused(pass, rangeFix(port), "is %q, which is neither a number nor a name: a name %s", name, fault(messages))
			case end.written():
				end.refused(pass, nil, "ends a range that begins with the name %s", name)
			}
		case manifest.Null, manifest.Absent:
			if end.written() && !entry.misspelt() {
				end.refused(pass, nil, "ends a range whose port is not written")
			}
		}
	}
	return nil, nil
}

// checkRange checks a numeric port and its endPort. Of a range whose beginning
// is wrong the end is not judged.
func checkRange(pass *lint.Pass, entry *part) {
	port, end := entry.get("port"), entry.get("endPort")
	from, fromOK := portNumber(port)
	to, toOK := portNumber(end)
	switch {
	case !fromOK:
		port.refused(pass, nil, "is %s where ports are numbered from 1 to 65535", port.value.Text())
	case end.value.Kind() != manifest.Int:
	case !toOK:
		end.refused(pass, nil, "is %s where ports are numbered from 1 to 65535", end.value.Text())
	case to < from:
		swap := append(port.set("", to)[0].Ops, end.set("", from)[0].Ops...)
		end.refused(pass, []lint.Fix{{Message: "swap port and endPort", Ops: swap}},
			"is %d, less than the port %d that the range begins with", to, from)
	}
}

func portNumber(p part) (int, bool) {
	n, ok := p.value.Int()
	return n, ok && n >= 1 && n <= 65535
}

var portRange = regexp.MustCompile(`^([0-9]{1,5})-([0-9]{1,5})$`)

// rangeFix writes a range that stands in one text as the API has it.
func rangeFix(port part) []lint.Fix {
	bounds := portRange.FindStringSubmatch(port.value.Text())
	if bounds == nil || port.parent.value.Get("endPort").Exists() {
		return nil
	}
	from, _ := strconv.Atoi(bounds[1])
	to, _ := strconv.Atoi(bounds[2])
	if from < 1 || to <= from || to > 65535 {
		return nil
	}
	ops := append(port.set("", from)[0].Ops, lint.Op{
		Object: port.object, Path: port.parent.path().Key("endPort"), Kind: lint.Insert, Value: to,
	})
	return []lint.Fix{{Message: fmt.Sprintf("write the range %s as port and endPort", port.value.Text()), Ops: ops}}
}
