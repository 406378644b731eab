package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// FileName is the name of a baseline where nobody gives another one.
const FileName = ".nplint-baseline.json"

const version = 1

type file struct {
	Version int     `json:"version"`
	Entries []Entry `json:"entries"`
}

// Parse reads a baseline file.
func Parse(data []byte) (*Baseline, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var f file
	if err := dec.Decode(&f); err != nil {
		return nil, err
	}
	if f.Version != version {
		return nil, fmt.Errorf("version is %d, not %d; `nplint baseline create` writes a new one", f.Version, version)
	}
	b := &Baseline{counts: map[Key]int{}}
	for _, e := range f.Entries {
		if e.Rule == "" || e.Count < 1 {
			return nil, errors.New("an entry has no rule or no count; `nplint baseline create` writes a new one")
		}
		b.counts[e.Key] += e.Count
	}
	return b, nil
}

// Format writes the baseline with one entry on a line, so that two branches
// that change it can be merged.
func (b *Baseline) Format() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"version\": %d, \"entries\": [", version)
	for i, e := range b.Entries() {
		separator := ",\n"
		if i == 0 {
			separator = "\n"
		}
		out.WriteString(separator)
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		out.Write(line)
	}
	out.WriteString("\n]}\n")
	return out.Bytes(), nil
}
