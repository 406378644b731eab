package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/nplint/nplint/lint/linttest"
)

// BenchmarkRun lints files with the default rules. Of every shape of input there
// are three sizes, each twice that before.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{250, 500, 1000} {
		size := linttest.Cluster{Namespaces: n, Workloads: 10, Replicas: 1, Policies: 10}
		benchmarkRun(b, "namespaces/"+size.String(), size.Files())
	}
	for _, n := range []int{500, 1000, 2000} {
		size := linttest.Cluster{Namespaces: 1, Workloads: 5 * n, Replicas: 1, Policies: n}
		benchmarkRun(b, "one-namespace/"+size.String(), size.Files())
	}
	for _, n := range []int{1000, 2000, 4000} {
		benchmarkRun(b, fmt.Sprintf("unselective/%d-policies", n), linttest.Unselective(n))
	}
	for _, n := range []int{1250, 2500, 5000} {
		benchmarkRun(b, fmt.Sprintf("ip-blocks/%d-blocks", n), linttest.Blocks(n))
	}
}

func benchmarkRun(b *testing.B, name string, input fs.FS) {
	b.Run(name, func(b *testing.B) {
		dir := b.TempDir()
		if err := os.CopyFS(dir, input); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if run(context.Background(), []string{"-o", "concise", dir}, streams{out: io.Discard, err: io.Discard}) == statusTrouble {
				b.Fatal("nplint cannot read what was generated")
			}
		}
	})
}
