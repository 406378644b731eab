package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestREADME runs the example of the README and compares what it shows of the
// output; "..." stands for what it leaves out.
func TestREADME(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "go run ./cmd/nplint ./testdata/shop\n```\n\n```\n")
	shown, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("the README shows no output")
	}
	var out bytes.Buffer
	if status := run(context.Background(), []string{"./testdata/shop"}, streams{os.Stdin, &out, &out}); status != statusFindings {
		t.Errorf("exit status %d", status)
	}
	rest := out.String()
	for _, part := range strings.Split(shown, "...\n") {
		_, after, found := strings.Cut(rest, strings.TrimSpace(part))
		if !found {
			t.Errorf("the output has changed; it does not hold:\n%s\nbut:\n%s", part, out.String())
		}
		rest = after
	}
}
