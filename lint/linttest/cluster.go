package linttest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/nplint/nplint/lint/load"
	"github.com/nplint/nplint/lint/manifest"
)

// Cluster is the size of a generated input: teams' namespaces with workloads of
// several tiers and the policies that such teams write. The same size gives the
// same bytes.
type Cluster struct {
	Namespaces int
	Workloads  int // Deployments per namespace
	Replicas   int // pods per Deployment
	Policies   int // NetworkPolicies per namespace; the first denies by default, the second allows DNS
}

// Sizes are those that benchmarks measure: what is linear takes ten times as long
// for the second.
var Sizes = []Cluster{
	{Namespaces: 100, Workloads: 10, Replicas: 1, Policies: 10},
	{Namespaces: 1000, Workloads: 10, Replicas: 1, Policies: 10},
}

// String names the size, as a benchmark's name does.
func (c Cluster) String() string {
	workloads := c.Namespaces * c.Workloads
	return fmt.Sprintf("%d-workloads-%d-pods-%d-policies", workloads, workloads*c.Replicas, c.Namespaces*c.Policies)
}

// Files returns the manifests, one file per namespace.
func (c Cluster) Files() fstest.MapFS {
	fsys := fstest.MapFS{"kube-system.yaml": {Data: []byte(systemManifests)}}
	for i := range c.Namespaces {
		fsys[c.namespace(i)+".yaml"] = &fstest.MapFile{Data: c.manifests(i)}
	}
	return fsys
}

// Objects returns the manifests' objects.
func (c Cluster) Objects(t testing.TB) []*manifest.Object { return Objects(t, c.Files()) }

// Objects returns the objects of manifests.
func Objects(t testing.TB, files fs.FS) []*manifest.Object {
	t.Helper()
	result, err := load.Load(context.Background(), load.Input{FS: files, Paths: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	return result.Bundles[0].Objects
}

var (
	clusterTeams = []string{"payments", "identity", "catalog", "platform", "growth", "logistics", "risk", "mobile"}
	clusterEnvs  = []string{"prod", "staging", "dev"}
	clusterLangs = []string{"go", "java", "node", "python", "rust"}
	clusterParts = []clusterPart{
		{"frontend", "web", "http", 8080}, {"backend", "api", "http", 8080}, {"backend", "orders", "grpc", 50051},
		{"worker", "jobs", "health", 8081}, {"data", "postgres", "pg", 5432}, {"data", "redis", "redis", 6379},
		{"backend", "auth", "https", 8443}, {"edge", "gateway", "http", 8000}, {"backend", "search", "http", 9200},
		{"worker", "mailer", "health", 8081},
	}
)

type clusterPart struct {
	tier, name, portName string
	port                 int
}

func (c Cluster) namespace(i int) string {
	return fmt.Sprintf("%s-%04d", clusterTeams[i%len(clusterTeams)], i)
}

// clusterWriter writes the documents of one namespace.
type clusterWriter struct {
	bytes.Buffer
	r         *rand.Rand
	cluster   Cluster
	index     int
	namespace string
}

func (c Cluster) manifests(i int) []byte {
	w := &clusterWriter{r: rand.New(rand.NewPCG(1, uint64(i))), cluster: c, index: i, namespace: c.namespace(i)}
	fmt.Fprintf(w, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n  labels: {env: %s, team: %s}\n",
		w.namespace, clusterEnvs[i%len(clusterEnvs)], clusterTeams[i%len(clusterTeams)])
	for j := range c.Workloads {
		w.workload(j)
	}
	for k := range c.Policies {
		w.policy(k)
	}
	return w.Bytes()
}

func (w *clusterWriter) app(j int) string {
	return fmt.Sprintf("%s-%02d", clusterParts[j%len(clusterParts)].name, j)
}

func (w *clusterWriter) workload(j int) {
	part, app := clusterParts[j%len(clusterParts)], w.app(j)
	fmt.Fprintf(w, `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: %s
  namespace: %s
spec:
  replicas: %d
  selector:
    matchLabels: {app: %[1]s}
  template:
    metadata:
      labels: {app: %[1]s, component: %[4]s, tier: %s, lang: %s, version: v%d.%d}
    spec:
      containers:
      - name: %[4]s
        ports:
        - {name: %[9]s, containerPort: %d}
`, app, w.namespace, w.cluster.Replicas, part.name, part.tier, pick(w.r, clusterLangs), 1+w.r.IntN(3), w.r.IntN(20), part.portName, part.port)
	if w.r.IntN(10) < 6 {
		w.WriteString("        - {name: metrics, containerPort: 9090, protocol: TCP}\n")
	}
}

// policy writes the k-th policy of the namespace.
func (w *clusterWriter) policy(k int) {
	j := w.r.IntN(w.cluster.Workloads)
	part, app := clusterParts[j%len(clusterParts)], w.app(j)
	subject, spec := fmt.Sprintf("{matchLabels: {app: %s}}", app), ""
	peer, elsewhere := w.app(w.r.IntN(w.cluster.Workloads)), w.cluster.namespace(w.r.IntN(w.cluster.Namespaces))
	other := pick(w.r, clusterParts)
	shape := 2 + w.r.IntN(12)
	if k < 2 {
		shape = k
	}
	switch shape {
	case 0:
		subject, spec = "{}", "policyTypes: [Ingress, Egress]"
		if w.r.IntN(4) == 0 {
			spec = "policyTypes: [Ingress]"
		}
	case 1:
		subject, spec = "{}", `policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]`
	case 2, 3:
		spec = fmt.Sprintf("ingress:\n  - from: [{podSelector: {matchLabels: {app: %s}}}]\n    ports: [{protocol: TCP, port: %d}]", peer, part.port)
	case 4:
		spec = fmt.Sprintf(`ingress:
  - from:
    - podSelector:
        matchExpressions:
        - {key: tier, operator: In, values: [frontend, edge]}
        - {key: lang, operator: NotIn, values: [%s]}
    ports: [{port: %d}]`, pick(w.r, clusterLangs), part.port)
	case 5, 6:
		spec = fmt.Sprintf(`ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
      podSelector: {matchLabels: {component: %s}}
    ports: [{port: %s}]`, elsewhere, other.name, part.portName)
	case 7:
		subject = "{matchExpressions: [{key: tier, operator: In, values: [backend, edge]}, {key: version, operator: Exists}]}"
		spec = fmt.Sprintf(`ingress:
  - from:
    - namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [%s, %s]}, {key: env, operator: In, values: [%s]}]}
      podSelector: {matchLabels: {tier: backend}}
    ports: [{port: 8080}, {port: 8443}]`, clusterTeams[w.index%len(clusterTeams)], pick(w.r, clusterTeams), clusterEnvs[w.index%len(clusterEnvs)])
	case 8:
		spec = `policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]}}]
    ports: [{port: 443}]`
	case 9:
		third, quarter := w.r.IntN(64), w.r.IntN(16)*16
		spec = fmt.Sprintf(`ingress:
  - from:
    - ipBlock: {cidr: 198.18.%d.0/24, except: [198.18.%[1]d.%d/28]}
    - ipBlock: {cidr: 203.0.113.%d/32}
    ports: [{port: %d}]`, third, quarter, w.r.IntN(256), part.port)
	case 10:
		low := 30000 + 10*w.r.IntN(200)
		spec = fmt.Sprintf(`policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {tier: data}}}]
    ports: [{port: %d, endPort: %d}, {port: 5432}]`, low, low+9+w.r.IntN(500))
	case 11:
		subject, spec = "{}", "ingress:\n  - from: [{namespaceSelector: {matchLabels: {purpose: monitoring}}}]\n    ports: [{port: metrics}]"
	case 12:
		spec = fmt.Sprintf(`policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
      podSelector: {matchLabels: {component: %s}}
    - podSelector: {matchLabels: {app: %s}}
    ports: [{port: %d}, {port: %d}]`, elsewhere, other.name, peer, other.port, part.port)
	default:
		spec = "policyTypes: [Ingress, Egress]\n  ingress: [{from: [{podSelector: {}}]}]\n  egress: [{to: [{podSelector: {}}]}]"
	}
	fmt.Fprintf(w, `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-%02d
  namespace: %s
spec:
  podSelector: %s
  %s
`, k, w.namespace, subject, spec)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

const systemManifests = `apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  replicas: 2
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: coredns, ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: dns-tcp, containerPort: 53}]}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring, labels: {purpose: monitoring}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: monitoring}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: prometheus, tier: system}}
    spec: {containers: [{name: prometheus, ports: [{name: web, containerPort: 9090}]}]}
`
