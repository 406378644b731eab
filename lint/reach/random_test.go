package reach_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
)

// questionsOf returns the connections at which a generated world's answers can
// change: to the ports that it names and their neighbours, of each protocol.
func questionsOf(docs []doc) (conns []question) {
	seen := map[int]bool{80: true}
	for _, d := range docs {
		numbers(d, seen)
	}
	for n := int32(1); n < 65535; n++ {
		if seen[int(n-1)] || seen[int(n)] || seen[int(n+1)] {
			conns = append(conns, question{protocol: "TCP", port: n}, question{protocol: "UDP", port: n}, question{protocol: "SCTP", port: n})
		}
	}
	return append(conns, question{protocol: "OTHER"})
}

func numbers(value any, seen map[int]bool) {
	switch v := value.(type) {
	case doc:
		for _, part := range v {
			numbers(part, seen)
		}
	case []any:
		for _, part := range v {
			numbers(part, seen)
		}
	case int:
		seen[v] = true
	}
}

// disagreement compares the engine with the oracle in a closed world: on every
// pair of pods, addresses and nodes, every protocol and every port at which
// something changes. It returns what the first difference is, "" for none.
//
// Must has to be exact and May to hold no more than what each side alone allows
// under some choice. With pods on the host network, and where rules of admin
// policies look at an address that nobody knows, several rules hang on one
// choice: there Must and May have to be safe only.
func disagreement(docs []doc) (string, error) {
	manifests := text(docs)
	w, err := newWorld(manifests)
	if err != nil {
		return "", err
	}
	engine, err := newSubject(manifests, true)
	if err != nil {
		return "", err
	}
	names, conns := endNames(w, manifests), questionsOf(docs)
	for _, src := range names {
		for _, dst := range names {
			if difference, err := w.compare(engine, src, dst, conns); difference != "" || err != nil {
				return difference, err
			}
		}
	}
	return "", nil
}

// compare compares all connections of one pair.
func (w *world) compare(engine *subject, src, dst string, conns []question) (string, error) {
	from, err := w.at(src)
	if err != nil {
		return "", err
	}
	to, err := w.at(dst)
	if err != nil || from.pod == nil && to.pod == nil || from.pod == to.pod {
		return "", err
	}
	v, err := engine.allowed(src, dst)
	if err != nil {
		return "", err
	}
	for _, q := range conns {
		q.src, q.dst = from, to
		must, may, maySides := w.ask(q)
		gotMust, gotMay := v.Must.Has(conn(q.protocol, int(q.port))), v.May.Has(conn(q.protocol, int(q.port)))
		safe := (must || !gotMust) && (gotMay || !may)
		exact := gotMust == must && (maySides || !gotMay)
		if !safe || !exact && !w.entangled(from) && !w.entangled(to) {
			return fmt.Sprintf("%s -> %s %s/%d: the engine says must %v, may %v; the oracle must %v, may %v, each side may %v",
				src, dst, q.protocol, q.port, gotMust, gotMay, must, may, maySides), nil
		}
	}
	return "", nil
}

// entangled reports whether several rules may hang on one choice about an end.
func (w *world) entangled(e end) bool {
	return e.pod != nil && e.pod.host || len(w.admin) > 0 && (e.node != nil || e.pod != nil && len(e.pod.addresses) > 1)
}

// endNames returns the ends to ask about: all pods, a node, and an address of
// each kind that the policies tell apart.
func endNames(w *world, text string) []string {
	names := []string{"node"}
	for _, p := range w.pods {
		names = append(names, p.namespace+"/"+p.name)
	}
	for _, a := range edges(text, true) {
		names = append(names, a.String())
	}
	return names
}

// rounds returns how many random worlds a test tries: a few, more where the
// environment asks for them.
func rounds(n int) int {
	if more, err := strconv.Atoi(os.Getenv("NPLINT_REACH_ROUNDS")); err == nil {
		return more
	}
	return n
}

// fail shrinks a world that fails a check and prints it.
func fail(t *testing.T, seed uint64, docs []doc, check func([]doc) (string, error)) {
	t.Helper()
	small := shrink(docs, func(docs []doc) bool {
		difference, err := check(docs)
		return difference != "" && err == nil
	})
	difference, _ := check(small)
	t.Errorf("seed %d: %s\n%s", seed, difference, text(small))
}

// TestRandomWorlds compares the engine with the oracle in random worlds.
func TestRandomWorlds(t *testing.T) {
	failures := 0
	for seed := range uint64(rounds(40)) {
		docs := newGenerator(seed).world()
		difference, err := disagreement(docs)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if difference != "" {
			fail(t, seed, docs, disagreement)
			if failures++; failures == 3 {
				return
			}
		}
	}
}
