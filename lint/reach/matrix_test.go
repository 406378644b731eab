package reach_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A fixture testdata/reach/NAME.txtar holds steps: manifests in STEP.yaml, and
// in STEP.want the matrices of who reaches whom in them, worked out by hand.
// Rows are sources, columns destinations:
//
//	TCP/80  x/a  x/b  192.0.2.1
//	x/a     =    +    -
//	node    ?    -    +
//
// + is allowed, - is denied, ? is possible and = is the end itself. In the
// comment, "cluster: FILE" names manifests that all steps share, and "names:"
// gives ends short names: x=namespace/pod.

// step is one step of a fixture.
type step struct {
	name, manifests string
	cells           []cell
}

// cell is one question of a matrix and its answer.
type cell struct {
	src, dst, protocol string
	port               int
	want               byte
}

func (c cell) String() string { return fmt.Sprintf("%s -> %s %s/%d", c.src, c.dst, c.protocol, c.port) }

// fixtures calls test with every step of every fixture.
func fixtures(t *testing.T, test func(*testing.T, step)) {
	files, err := filepath.Glob("../../testdata/reach/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			steps, err := readSteps(filepath.Dir(file), archive)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range steps {
				t.Run(s.name, func(t *testing.T) { test(t, s) })
			}
		})
	}
}

func readSteps(dir string, archive *txtar.Archive) (steps []step, err error) {
	shared, names := "", map[string]string{}
	for _, line := range strings.Split(string(archive.Comment), "\n") {
		if file, ok := strings.CutPrefix(line, "cluster: "); ok {
			text, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				return nil, err
			}
			shared = string(text) + "---\n"
		}
		if list, ok := strings.CutPrefix(line, "names: "); ok {
			for _, pair := range strings.Fields(list) {
				short, long, _ := strings.Cut(pair, "=")
				names[short] = long
			}
		}
	}
	for i := 0; i+1 < len(archive.Files); i += 2 {
		manifests, want := archive.Files[i], archive.Files[i+1]
		s := step{name: strings.TrimSuffix(manifests.Name, ".yaml"), manifests: shared + string(manifests.Data)}
		if want.Name != s.name+".want" {
			return nil, fmt.Errorf("%s is not followed by %s.want", manifests.Name, s.name)
		}
		if s.cells, err = readCells(string(want.Data), names); err != nil {
			return nil, fmt.Errorf("%s: %w", want.Name, err)
		}
		steps = append(steps, s)
	}
	if len(steps) == 0 || len(archive.Files)%2 != 0 {
		return nil, fmt.Errorf("%d files are no pairs of manifests and matrices", len(archive.Files))
	}
	return steps, nil
}

func readCells(text string, names map[string]string) (cells []cell, err error) {
	var head []string
	long := func(name string) string {
		if names[name] != "" {
			return names[name]
		}
		return name
	}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			head = nil
		case head == nil:
			head = words
		case len(words) != len(head):
			return nil, fmt.Errorf("%d answers for %d questions in %q", len(words)-1, len(head)-1, line)
		default:
			protocol, number, _ := strings.Cut(head[0], "/")
			port, err := strconv.Atoi(number)
			if err != nil && protocol != "OTHER" {
				return nil, fmt.Errorf("a matrix begins with %q", head[0])
			}
			for i, want := range words[1:] {
				cells = append(cells, cell{long(words[0]), long(head[i+1]), protocol, port, want[0]})
			}
		}
	}
	return cells, nil
}

// TestMatricesByOracle checks the matrices themselves.
func TestMatricesByOracle(t *testing.T) {
	fixtures(t, func(t *testing.T, s step) {
		w, err := newWorld(s.manifests)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.cells {
			got, err := w.answer(c)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("%s: %c, the oracle says %c", c, c.want, got)
			}
		}
	})
}

// answer returns the oracle's answer as a matrix writes it.
func (w *world) answer(c cell) (byte, error) {
	src, err := w.at(c.src)
	if err != nil {
		return 0, err
	}
	dst, err := w.at(c.dst)
	if err != nil {
		return 0, err
	}
	must, may, _ := w.ask(question{src, dst, c.protocol, int32(c.port)})
	switch {
	case c.src == c.dst && must:
		return '=', nil
	case must:
		return '+', nil
	case may:
		return '?', nil
	}
	return '-', nil
}

// TestMatrices checks the engine against the matrices. What a pod sends to
// itself is no question to it.
func TestMatrices(t *testing.T) {
	fixtures(t, func(t *testing.T, s step) {
		engine, err := newSubject(s.manifests, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range s.cells {
			if c.want == '=' {
				continue
			}
			v, err := engine.allowed(c.src, c.dst)
			if err != nil {
				t.Fatal(err)
			}
			got := byte('-')
			if v.Must.Has(conn(c.protocol, c.port)) {
				got = '+'
			} else if v.May.Has(conn(c.protocol, c.port)) {
				got = '?'
			}
			if got != c.want {
				t.Errorf("%s: %c, the engine says %c", c, c.want, got)
			}
		}
	})
}
