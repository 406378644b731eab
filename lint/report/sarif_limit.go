package report

import (
	"cmp"
	"compress/gzip"
	"fmt"
	"slices"
)

// What code scanning takes in one file: results of a run, and bytes after
// compression
// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
var (
	mostResults = 25_000
	mostBytes   = 10_000_000
)

// worst returns the most severe of some results, in the order that they came in.
func worst(results []*resultWriter, most int) []*resultWriter {
	if len(results) <= most {
		return results
	}
	order := make([]int, len(results))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(results[b].severity, results[a].severity) })
	order = order[:most]
	slices.Sort(order)
	kept := make([]*resultWriter, most)
	for i, n := range order {
		kept[i] = results[n]
	}
	return kept
}

func cutNotice(all, most int) string {
	if all <= most {
		return ""
	}
	return fmt.Sprintf("%d of %s are left out of the SARIF file, the least severe ones, because code scanning takes no more; the other formats have all", all-most, count(all, "result"))
}

// compressed returns the size of data as it is uploaded, or at most that.
func compressed(data []byte) int {
	if len(data) <= mostBytes {
		return len(data)
	}
	var n counter
	z := gzip.NewWriter(&n)
	z.Write(data)
	z.Close()
	return int(n)
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
