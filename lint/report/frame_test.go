package report

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/nplint/nplint/lint/manifest"
)

func frameOf(s manifest.Span, width int) string {
	var out bytes.Buffer
	p := &printer{Writer: bufio.NewWriter(&out), style: Style{Width: width}}
	p.frame(s, "^", "", gutter(s))
	p.Flush()
	return out.String()
}

func TestFrame(t *testing.T) {
	tests := []struct{ name, source, line, marks string }{
		{"plain", "a: 1\nb:  «[x]» # c\n", "2 | b:  [x] # c", "        ^^^"},
		{"tab", "a:\t«b»\tc", "1 | a:    b    c", "          ^"},
		{"wide", "結帳: «商店» x", "1 | 結帳: 商店 x", "          ^^^^"},
		{"combining", "cafe\u0301: «e\u0301te\u0301»", "1 | cafe\u0301: e\u0301te\u0301", "          ^^^"},
		{"crlf", "a: 1\r\nb: «2»\r\nc: 3\r\n", "2 | b: 2", "       ^"},
		{"byte order mark", "\ufeff«kind»: Pod", "1 | kind: Pod", "    ^^^^"},
		{"escape", "a: \x1b[31m«b»\x00", `1 | a: \x1b[31mb\x00`, "               ^"},
		{"bidi", "a: «\u202eb»", `1 | a: \u202eb`, "       ^^^^^^^"},
		{"no UTF-8", "a: «\xff»b", `1 | a: \xffb`, "       ^^^^"},
		{"several lines", "a: «|\n  b\n»", "1 | a: |", "       ^"},
		{"nothing", "a: b«»", "1 | a: b", "        ^"},
		{"whole long line", "key: «" + strings.Repeat("x", 60) + "»", "1 | key: " + strings.Repeat("x", 25) + "...", "         " + strings.Repeat("^", 25)},
		{"start of a long line", "«key»: " + strings.Repeat("x", 60), "1 | key: " + strings.Repeat("x", 25) + "...", "    ^^^"},
		{"end of a long line", strings.Repeat("x", 60) + " «key»", "1 | ..." + strings.Repeat("x", 26) + " key", "                                  ^^^"},
		{"middle of a long line", strings.Repeat("x", 60) + "«key»" + strings.Repeat("y", 60), "1 | ..." + strings.Repeat("x", 13) + "key" + strings.Repeat("y", 14) + "...", "                    ^^^"},
	}
	for _, tt := range tests {
		got := frameOf(fileOf(t, tt.source), 40)
		if want := "  |\n" + tt.line + "\n  | " + tt.marks[4:] + "\n  |\n"; got != want {
			t.Errorf("%s:\n%swant:\n%s", tt.name, got, want)
		}
	}
}

func TestFrameWithoutText(t *testing.T) {
	for _, s := range []manifest.Span{{}, {File: &manifest.File{}}, {File: &manifest.File{Data: []byte("\x00\x01")}}} {
		if got := frameOf(s, 40); got != "" {
			t.Errorf("a frame without a place: %q", got)
		}
	}
}

// TestWindowKeepsTheMarks cuts a line with all kinds of characters at every
// width: what is marked stays under its marks, and the width is kept.
func TestWindowKeepsTheMarks(t *testing.T) {
	line := strings.Repeat("a\t結e\u0301\x1b", 20) + "MARK" + strings.Repeat("帳\u200bz", 30)
	start := strings.Index(line, "MARK")
	for width := leastWidth; width < 300; width++ {
		shown, indent, marks := window(line, start, start+len("MARK"), width)
		if n := columnsOf(cells(shown)); n > width {
			t.Fatalf("width %d: the line takes %d: %q", width, n, shown)
		}
		before, _, found := strings.Cut(shown, "MARK")
		if !found || marks != len("MARK") || columnsOf(cells(before)) != indent {
			t.Fatalf("width %d: indent %d, %d marks: %q", width, indent, marks, shown)
		}
	}
}
