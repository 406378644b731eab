package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/nplint/nplint/lint"
	"github.com/nplint/nplint/lint/graph"
	"github.com/nplint/nplint/lint/manifest"
)

// addDefaultDeny returns the fix that adds a file beside an object with a
// policy for each namespace that isolates all its pods; none where the object
// stands in no file, or the name of the policy or the file is taken.
func addDefaultDeny(pass *lint.Pass, beside *manifest.Object, d graph.Direction, namespaces ...*graph.Namespace) []lint.Fix {
	file := beside.File().Name
	if strings.HasPrefix(file, "<") {
		return nil
	}
	policy := "default-deny-" + d.String()
	stem := policy
	if len(namespaces) == 1 && !namespaces[0].Symbolic() {
		stem += "-" + namespaces[0].Name
	}
	name := path.Join(path.Dir(file), stem+".yaml")
	if slices.ContainsFunc(pass.Bundle.Files, func(f *manifest.File) bool { return f.Name == name }) {
		return nil
	}
	documents := make([]string, len(namespaces))
	for i, n := range namespaces {
		if slices.ContainsFunc(n.Policies, func(p *graph.Policy) bool { return p.Name == policy }) {
			return nil
		}
		documents[i] = defaultDeny(policy, n, d)
	}
	return []lint.Fix{{
		Message: fmt.Sprintf("add a policy that isolates all pods for %s", d),
		NewFile: &lint.NewFile{Name: name, Data: []byte(strings.Join(documents, "---\n"))},
	}}
}

// defaultDeny writes a policy that denies everything in a direction. The one
// for egress leaves name resolution open, without which nothing else that
// policies allow can be reached by name.
func defaultDeny(name string, n *graph.Namespace, d graph.Direction) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: %s\n", name)
	if !n.Symbolic() {
		fmt.Fprintf(&b, "  namespace: %s\n", n.Name)
	}
	fmt.Fprintf(&b, "spec:\n  podSelector: {}\n  policyTypes:\n  - %s\n", d.Type())
	if d == graph.Egress {
		b.WriteString(allowDNS)
	}
	return b.String()
}

const allowDNS = `  egress:
  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
`
