package reach_test

import (
	"math/rand/v2"
	"testing"
)

// FuzzEvaluation compares engine and oracle in the world that the data draws.
func FuzzEvaluation(f *testing.F) {
	f.Add([]byte("a few bytes that stand for a cluster and its policies"))
	f.Add([]byte{9, 200, 31, 0, 255, 128, 77, 3, 140, 90, 210, 66, 1, 180, 240, 99, 5, 17, 201, 34})
	f.Fuzz(func(t *testing.T, data []byte) {
		docs := generator{rand.New(&drawn{data: data})}.world()
		difference, err := disagreement(docs)
		if err != nil {
			t.Fatal(err)
		}
		if difference != "" {
			fail(t, 0, docs, disagreement)
		}
	})
}

// drawn is a source of randomness that hands out the bytes of some data, and
// when these are used up an ordinary sequence that they determine.
type drawn struct {
	data []byte
	rest *rand.PCG
	sum  uint64
}

func (d *drawn) Uint64() uint64 {
	if len(d.data) > 0 {
		b := d.data[0]
		d.data, d.sum = d.data[1:], d.sum*31+uint64(b)
		return uint64(b) * 0x0101010101010101 // the highest bits decide a draw from a small range
	}
	if d.rest == nil {
		d.rest = rand.NewPCG(d.sum, 1)
	}
	return d.rest.Uint64()
}
