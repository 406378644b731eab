package fix

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	killedDir   = "NPLINT_TEST_KILLED_DIR"
	killedFiles = 30
)

// textOf is a text of one letter, too long for one write.
func textOf(letter string) []byte { return []byte(strings.Repeat(letter, 300_000)) }

// TestKilled kills a process at different moments while it writes files: each
// holds the old text or the new one, whole, and what else is left lies under
// hidden names that are no manifests'.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(killedDir); dir != "" {
		writeAll(t, dir)
		return
	}
	for _, moment := range []int{0, 1, 7, 20} {
		dir := t.TempDir()
		for i := range killedFiles {
			if err := os.WriteFile(fileAt(dir, i), textOf("o"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		killAfter(t, dir, moment)
		if written := checkWhole(t, dir); written < moment {
			t.Errorf("%d files are new after %d were written", written, moment)
		}
	}
}

func fileAt(dir string, i int) string { return filepath.Join(dir, fmt.Sprintf("%d.yaml", i)) }

// writeAll is what the process does that is killed: it tells of every file that
// it begins and, at the end, waits.
func writeAll(t *testing.T, dir string) {
	for i := range killedFiles {
		fmt.Printf("begin %d\n", i)
		if err := Write(fileAt(dir, i), textOf("n")); err != nil {
			t.Fatal(err)
		}
	}
	select {}
}

// killAfter kills the process as soon as it begins with a file.
func killAfter(t *testing.T, dir string, moment int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killedDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == fmt.Sprintf("begin %d", moment) {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait() == nil {
		t.Error("the process ended before it was killed")
	}
}

// checkWhole returns how many files hold the new text.
func checkWhole(t *testing.T, dir string) (written int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".nplint-") && filepath.Ext(e.Name()) == e.Name() {
			continue
		}
		files++
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case bytes.Equal(data, textOf("n")):
			written++
		case !bytes.Equal(data, textOf("o")):
			t.Errorf("%s is neither old nor new, %d bytes", e.Name(), len(data))
		}
	}
	if files != killedFiles {
		t.Errorf("%d files are there", files)
	}
	return written
}
