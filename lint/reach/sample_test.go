package reach_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/nplint/nplint/lint/linttest"
)

// TestSampledQuestions asks engine and oracle 100,000 questions about 100,000
// pods in 2,000 namespaces with 20,000 policies. The oracle reads only some of
// the namespaces, to which the questions are: NetworkPolicies of others do not
// bind the pods of these.
func TestSampledQuestions(t *testing.T) {
	c, read := linttest.Cluster{Namespaces: 2000, Workloads: 10, Replicas: 5, Policies: 10}, 60
	if os.Getenv("NPLINT_REACH_ALL") != "" {
		read = c.Namespaces
	}
	if testing.Short() {
		c.Namespaces = 200
	}
	r := rand.New(rand.NewPCG(7, 7))
	files := c.Files()
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	s := &sampler{Rand: r, world: &world{}, byNamespace: map[string][]*pod{}, edges: map[string][]end{}}
	var err error
	if s.world, err = newWorld(string(files["kube-system.yaml"].Data)); err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:min(read, len(names))] {
		data := string(files[name].Data)
		if err := s.world.read(data); err != nil {
			t.Fatal(err)
		}
		for _, a := range edges(data, true) {
			s.edges[name[:len(name)-len(".yaml")]] = append(s.edges[name[:len(name)-len(".yaml")]], end{addr: a})
		}
	}
	for _, p := range s.world.pods {
		s.byNamespace[p.namespace] = append(s.byNamespace[p.namespace], p)
	}
	engine := subjectOf(c.Objects(t), true)
	answers := map[string]int{}
	for range 100_000 {
		q := s.question()
		v, err := engine.allowed(q.src.String(), q.dst.String())
		if err != nil {
			t.Fatal(err)
		}
		must, may, _ := s.world.ask(s.addressed(q))
		gotMust, gotMay := v.Must.Has(conn(q.protocol, int(q.port))), v.May.Has(conn(q.protocol, int(q.port)))
		if gotMust != must || gotMay != may {
			t.Errorf("%s -> %s %s/%d: the engine says must %v, may %v; the oracle %v, %v", q.src, q.dst, q.protocol, q.port, gotMust, gotMay, must, may)
		}
		answers[fmt.Sprintf("must %v, may %v", must, may)]++
	}
	for answer, n := range answers {
		if n < 500 {
			t.Errorf("only %d of the answers are %s: the sample says little", n, answer)
		}
	}
	t.Log(answers)
}

// String returns the name by which an end is found again.
func (e end) String() string {
	switch {
	case e.pod != nil:
		return e.pod.namespace + "/" + e.pod.name
	case e.node != nil:
		return "node"
	}
	return e.addr.String()
}

// sampler draws questions, most of them such that some policy may say yes.
type sampler struct {
	*rand.Rand
	world       *world
	byNamespace map[string][]*pod
	edges       map[string][]end // by namespace, addresses that its policies tell apart
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (s *sampler) question() question {
	src := pick(s.Rand, s.world.pods)
	dst := pick(s.Rand, s.world.pods)
	if s.IntN(3) > 0 {
		dst = pick(s.Rand, s.byNamespace[src.namespace])
	}
	for dst == src {
		dst = pick(s.Rand, s.world.pods)
	}
	q := question{src: end{pod: src}, dst: end{pod: dst}}
	outside := end{node: &node{addresses: s.world.unknown}}
	if all := s.edges[src.namespace]; len(all) > 0 && s.IntN(4) > 0 {
		outside = pick(s.Rand, all)
	}
	switch s.IntN(10) {
	case 0:
		q.src, q.dst = outside, end{pod: src}
	case 1:
		q.dst = outside
	}
	q.protocol = pick(s.Rand, []string{"TCP", "TCP", "TCP", "UDP", "SCTP"})
	q.port = pick(s.Rand, []int32{53, 80, 443, 5432, 6379, 8000, 8080, 8081, 8443, 9090, 9200, 50051}) + pick(s.Rand, []int32{0, 0, 0, 0, -1, 1})
	if q.dst.pod != nil && len(q.dst.pod.ports) > 0 && s.IntN(2) == 0 {
		declared := pick(s.Rand, q.dst.pod.ports)
		q.protocol, q.port = cmp.Or(string(declared.Protocol), "TCP"), declared.ContainerPort
	}
	if s.IntN(10) == 0 {
		q.port = 30000 + s.Int32N(3000)
	}
	return q
}

// addressed gives pods the addresses that the policies which look at them tell
// apart: those of the other end.
func (s *sampler) addressed(q question) question {
	give := func(e, other end) end {
		if e.pod == nil || other.pod == nil {
			return e
		}
		p := *e.pod
		p.addresses = nil
		for _, a := range s.edges[other.pod.namespace] {
			p.addresses = append(p.addresses, a.addr)
		}
		if p.addresses == nil {
			p.addresses = s.world.unknown
		}
		return end{pod: &p}
	}
	return question{give(q.src, q.dst), give(q.dst, q.src), q.protocol, q.port}
}
