package apiserver

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	policies = 20_000
	batch    = 1_000
)

// TestAgreement asks both sides about generated policies: one refuses what the
// other does, for the same field.
func TestAgreement(t *testing.T) {
	accepted, failures := 0, 0
	seen := map[string]int{}
	for first := 0; first < policies; first += batch {
		texts := make([]string, batch)
		for i := range texts {
			seed := uint64(first + i)
			g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), odd: []int{8, 20, 80, 250}[seed%4]}
			texts[i] = g.policy()
		}
		all, err := lintPolicies(texts)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			v := judge(text)
			if v.accepted() {
				accepted++
			}
			for _, f := range all[i] {
				seen[f.rule]++
			}
			if why := compare(v, all[i]); why != "" && failures < 20 {
				failures++
				t.Errorf("policy %d: %s\n%s\nserver: %v, %+v\nnplint: %v", first+i, why, text, v.undecoded, v, all[i])
			}
		}
	}
	t.Logf("the server accepts %d of %d policies; findings: %v", accepted, policies, seen)
	if accepted < policies/5 || accepted > policies*4/5 {
		t.Errorf("the server accepts %d of %d policies, which is no fair mix", accepted, policies)
	}
	for rule := range refusing {
		if seen[rule] < 100 {
			t.Errorf("%s is reported %d times only", rule, seen[rule])
		}
	}
}

// compare says on what the two sides disagree, "" for nothing.
func compare(v verdict, findings []finding) string {
	if v.accepted() != (len(findings) == 0) {
		return fmt.Sprintf("the server accepts it: %t, nplint: %t", v.accepted(), len(findings) == 0)
	}
	if v.undecoded != nil {
		if v.field != "" && !slices.ContainsFunc(findings, func(f finding) bool { return sameCause(bare(f.path), v.field) }) {
			return "nplint does not name " + v.field
		}
		return ""
	}
	for _, path := range v.unknown {
		if !slices.ContainsFunc(findings, func(f finding) bool { return f.rule == "unknown-field" && dotted(f.path) == path }) {
			return "nplint knows the field " + path
		}
	}
	if v.repeated && len(v.unknown) == 0 && !slices.ContainsFunc(findings, func(f finding) bool { return f.rule == "duplicate-yaml-key" }) {
		return "nplint sees no key twice"
	}
	if len(v.unknown) > 0 || v.repeated {
		return "" // the server judges what is left without the field, nplint what is meant by it
	}
	for _, path := range v.invalid {
		if !slices.ContainsFunc(findings, func(f finding) bool { return sameCause(f.path, path) }) {
			return "nplint does not name " + path
		}
	}
	for _, f := range findings {
		if !slices.ContainsFunc(v.invalid, func(path string) bool { return near(f.path, path) }) {
			return "the server does not name " + f.path
		}
	}
	return ""
}

// near reports whether two paths are the same field, or one the map or list
// that holds the other: the server names a map of labels where nplint names the
// label, and the fields that an empty item lacks where nplint names the item.
func near(ours, servers string) bool {
	return ours == servers || parent(ours) == servers || ours == parent(servers)
}

// sameCause reports whether a finding covers what the server says. The end of
// a port range is not judged where its beginning is wrong.
func sameCause(ours, servers string) bool {
	if rest, found := strings.CutSuffix(servers, ".endPort"); found && ours == rest+".port" {
		return true
	}
	return near(ours, servers)
}

var lastStep = regexp.MustCompile(`(\.[^.\[\]]*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$`)

func parent(path string) string { return lastStep.ReplaceAllString(path, "") }

var odd = regexp.MustCompile(`\["([^"\\]*)"\]`)

// dotted is a path as strict decoding writes it, whatever is in its keys.
func dotted(path string) string {
	return strings.TrimPrefix(odd.ReplaceAllString(path, ".$1"), ".")
}

var index = regexp.MustCompile(`\[[^\]]*\]`)

// bare is a path without indices.
func bare(path string) string { return index.ReplaceAllString(path, "") }
