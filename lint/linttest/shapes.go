package linttest

import (
	"bytes"
	"fmt"
	"testing/fstest"
)

// Unselective returns a namespace of ten workloads in which every policy selects
// all of them, and as peers all of them and those of every namespace.
func Unselective(policies int) fstest.MapFS {
	var b bytes.Buffer
	b.WriteString("apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n")
	for i := range 10 {
		fmt.Fprintf(&b, `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app-%d, namespace: shared}
spec:
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata: {labels: {app: app-%[1]d}}
    spec: {containers: [{name: app, ports: [{containerPort: %d}]}]}
`, i, 8000+10*i)
	}
	for i := range policies {
		fmt.Fprintf(&b, `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-%04d
  namespace: shared
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{namespaceSelector: {}}]
    ports: [{port: %d}]
  egress:
  - to: [{podSelector: {}}]
    ports: [{port: %[2]d}]
`, i, 8000+10*i)
	}
	return fstest.MapFS{"shared.yaml": {Data: b.Bytes()}}
}

// Blocks returns a policy with a number of ipBlocks that neither touch nor
// overlap, every fourth with an exception.
func Blocks(n int) fstest.MapFS {
	var b bytes.Buffer
	b.WriteString(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: edge}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: partners, namespace: edge}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports: [{port: 8080}]
    from:
`)
	for i := range n {
		block := fmt.Sprintf("%d.%d.%d", 20+i>>14, i>>7&0x7f, i<<1&0xff)
		fmt.Fprintf(&b, "    - ipBlock:\n        cidr: %s.0/24\n", block)
		if i%4 == 0 {
			fmt.Fprintf(&b, "        except: [%s.128/28]\n", block)
		}
	}
	return fstest.MapFS{"partners.yaml": {Data: b.Bytes()}}
}
