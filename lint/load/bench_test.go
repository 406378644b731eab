package load_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"github.com/nplint/nplint/lint/linttest"
	"github.com/nplint/nplint/lint/load"
)

// BenchmarkFloor parses every document to a node on all cores, and nothing
// else: what a linter with the usual parser takes at the least.
func BenchmarkFloor(b *testing.B) {
	for _, size := range linttest.Sizes {
		b.Run(size.String(), func(b *testing.B) {
			files := size.Files()
			b.ReportAllocs()
			for b.Loop() {
				texts := make(chan []byte)
				var wg sync.WaitGroup
				for range runtime.GOMAXPROCS(0) {
					wg.Go(func() {
						for text := range texts {
							parseAll(b, text)
						}
					})
				}
				for _, f := range files {
					texts <- f.Data
				}
				close(texts)
				wg.Wait()
			}
		})
	}
}

func parseAll(b *testing.B, text []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var node yaml.Node
		switch err := dec.Decode(&node); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			b.Error(err)
			return
		}
	}
}

// BenchmarkLoad reads the same files into objects.
func BenchmarkLoad(b *testing.B) {
	for _, size := range linttest.Sizes {
		b.Run(size.String(), func(b *testing.B) {
			in := load.Input{FS: size.Files(), Paths: []string{"."}}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := load.Load(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
