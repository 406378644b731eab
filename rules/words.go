package rules

import (
	"fmt"
	"strings"

	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// count writes a number with its noun: "1 pod", "3 pods".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, found := strings.CutSuffix(noun, "y"); found {
		noun = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// some lists the first few of many names: "a, b, c and 4 more".
func some[T fmt.Stringer](items []T) string {
	const most = 3
	names := make([]string, 0, most)
	for _, item := range items[:min(len(items), most)] {
		names = append(names, item.String())
	}
	if rest := len(items) - len(names); rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), rest)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// namespaceName writes a namespace as messages name it.
func namespaceName(n *graph.Namespace) string {
	if n.Symbolic() {
		return "the namespace (none is written)"
	}
	return "namespace " + n.Name
}

// objectName writes any object as messages quote it: shop/web for a policy,
// shop/Deployment/web for everything else.
func objectName(o *manifest.Object) string {
	name := o.ID.Name
	if name == "" {
		name = o.Value.Get("metadata").Get("generateName").Text() + "*"
	}
	if o.ID.Kind != "NetworkPolicy" {
		name = o.ID.Kind + "/" + name
	}
	if o.ID.Namespace != "" {
		name = o.ID.Namespace + "/" + name
	}
	return name
}

// portList writes a few entries of ports: "8080/TCP and dns/UDP".
func portList(ports []graph.PolicyPort) string {
	names := make([]portName, len(ports))
	for i, p := range ports {
		switch {
		case p.All:
			names[i] = portName("every " + string(p.Protocol) + " port")
		case p.Name != "" && p.Protocol == "":
			names[i] = portName(p.Name)
		case p.Name != "":
			names[i] = portName(p.Name + "/" + string(p.Protocol))
		case p.From != p.To:
			names[i] = portName(fmt.Sprintf("%d-%d/%s", p.From, p.To, p.Protocol))
		default:
			names[i] = portName(fmt.Sprintf("%d/%s", p.From, p.Protocol))
		}
	}
	return some(names)
}

type portName string

func (n portName) String() string { return string(n) }
