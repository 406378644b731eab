package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/linttest"
)

// done is the work of a whole run with the default rules.
type done struct{ documents, parsed, selectors, rules, kilobytes, allocations int }

// budgets are the most that runs may do. Where a change does with less, what the
// test logs takes the place of these numbers:
//
//	go test -run TestWork -v ./cmd/nplint
//
// Where it needs more, the commit says why.
var budgets = []struct {
	name            string
	input, twice    fs.FS
	most, mostTwice done
	growth          factors // how much more may be done for twice the input
}{{
	// There are twice the selectors of namespaces, each compared with twice the
	// namespaces, until all that teams write are there.
	"namespaces", cluster(100, 10, 10), cluster(200, 10, 10),
	done{2104, 0, 15859, 2542, 19300, 158800},
	done{4204, 0, 37934, 5512, 38200, 312600},
	factors{documents: 2.2, selectors: 2.5, rest: 2.2},
}, {
	// Policies are compared with those that select the same pods, to find what is
	// redundant; and each policy of all pods is noted at each of them.
	"one namespace", cluster(1, 1000, 200), cluster(1, 2000, 400),
	done{1205, 0, 11978, 21486, 9600, 75000},
	done{2405, 0, 44567, 18426, 20600, 119000},
	factors{documents: 2.2, selectors: 3.8, rest: 2.2},
}, {
	"policies that select all", linttest.Unselective(250), linttest.Unselective(500),
	done{261, 0, 253, 500, 6100, 55300},
	done{511, 0, 503, 1000, 12100, 106800},
	factors{documents: 2.2, selectors: 2.2, rest: 2.2},
}, {
	"ipBlocks", linttest.Blocks(625), linttest.Blocks(1250),
	done{2, 1, 4, 0, 3700, 37000},
	done{2, 1, 4, 0, 7000, 71200},
	factors{documents: 1, selectors: 1, rest: 2.2},
}}

// factors are how much more than in another run may be done.
type factors struct{ documents, selectors, rest float64 }

// slack allows for memory that differs with how the cores share the work, and
// for answers that two of them look for at the same time.
var slack = factors{documents: 1, selectors: 1, rest: 1.15}

func cluster(namespaces, workloads, policies int) fs.FS {
	return linttest.Cluster{Namespaces: namespaces, Workloads: workloads, Replicas: 1, Policies: policies}.Files()
}

// TestWork counts what runs do, which unlike time is the same on every machine.
func TestWork(t *testing.T) {
	measure(t, linttest.Unselective(1)) // pays for what a process does once
	for _, b := range budgets {
		t.Run(b.name, func(t *testing.T) {
			one, two := measure(t, b.input), measure(t, b.twice)
			t.Logf("\n\tdone{%s},\n\tdone{%s},", one, two)
			one.within(t, b.most, slack, "budget")
			two.within(t, b.mostTwice, slack, "budget")
			two.within(t, one, b.growth, "half input")
		})
	}
}

func (d done) String() string {
	return fmt.Sprintf("%d, %d, %d, %d, %d, %d", d.documents, d.parsed, d.selectors, d.rules, d.kilobytes, d.allocations)
}

// within checks that no count exceeds that of another by more than a factor.
func (d done) within(t *testing.T, most done, f factors, name string) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, most int
		factor    float64
	}{
		{"documents", d.documents, most.documents, f.documents},
		{"documents parsed", d.parsed, most.parsed, f.documents},
		{"selectors compared", d.selectors, most.selectors, f.selectors},
		{"policy rules evaluated", d.rules, most.rules, f.rest},
		{"kB allocated", d.kilobytes, most.kilobytes, f.rest},
		{"allocations", d.allocations, most.allocations, f.rest},
	} {
		if float64(c.got) > c.factor*float64(c.most) {
			t.Errorf("%d %s, at most %.2f x the %d of the %s", c.got, c.what, c.factor, c.most, name)
		}
	}
}

// measure lints an input.
func measure(t *testing.T, input fs.FS) done {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, input); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if status := run(context.Background(), []string{"-v", "-o", "concise", dir}, streams{out: &out, err: &said}); status == statusTrouble {
		t.Fatal(said.String())
	}
	runtime.ReadMemStats(&after)
	var d done
	_, line, _ := strings.Cut(said.String(), "work: ")
	if _, err := fmt.Sscanf(line, "%d documents, %d of them parsed, %d selectors compared, %d policy rules evaluated",
		&d.documents, &d.parsed, &d.selectors, &d.rules); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	d.kilobytes = int(after.TotalAlloc-before.TotalAlloc) / 1000
	d.allocations = int(after.Mallocs - before.Mallocs)
	return d
}
