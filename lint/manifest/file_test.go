package manifest

import (
	"strings"
	"testing"
)

func TestPosition(t *testing.T) {
	tests := []struct {
		name, data, before string
		want               Position
	}{
		{"first line", "a: b\n", "a", Position{1, 1, 1}},
		{"after a line feed", "a: b\nc: d\n", "c", Position{2, 1, 1}},
		{"CRLF is one break", "a: b\r\nc: d\r\n", "c", Position{2, 1, 1}},
		{"CR is a break", "a: b\rc: d\r", "c", Position{2, 1, 1}},
		{"a byte order mark is no column", "\xEF\xBB\xBFa: b\n", "b", Position{1, 4, 4}},
		{"code points and UTF-16 units", "é😀x", "x", Position{1, 3, 4}},
		{"NEL and LS are breaks", "a\u0085b\u2028c", "c", Position{3, 1, 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := &File{Data: []byte(test.data)}
			offset := strings.Index(test.data, test.before)
			if got := f.Position(offset); got != test.want {
				t.Errorf("Position(%d) = %v, want %v", offset, got, test.want)
			}
			if got := f.Offset(test.want.Line, test.want.Column); got != offset {
				t.Errorf("Offset(%d, %d) = %d, want %d", test.want.Line, test.want.Column, got, offset)
			}
		})
	}
}

func TestPositionBeforeByteOrderMark(t *testing.T) {
	f := &File{Data: []byte("\xEF\xBB\xBFab\n")}
	if got := f.Position(0); got != (Position{1, 1, 1}) {
		t.Errorf("Position(0) = %v", got)
	}
}

func TestPositionOutside(t *testing.T) {
	f := &File{Data: []byte("ab\n")}
	if got := f.Position(99); got != (Position{2, 1, 1}) {
		t.Errorf("Position(99) = %v", got)
	}
	if got := f.Position(-1); got != (Position{1, 1, 1}) {
		t.Errorf("Position(-1) = %v", got)
	}
	if got := (&File{}).Position(0); got != (Position{1, 1, 1}) {
		t.Errorf("Position(0) of an empty file = %v", got)
	}
}

func TestLine(t *testing.T) {
	f := &File{Data: []byte("\xEF\xBB\xBFone\r\ntwo\nthree")}
	for i, want := range []string{"", "one", "two", "three", ""} {
		if got := f.Line(i); got != want {
			t.Errorf("Line(%d) = %q, want %q", i, got, want)
		}
	}
}
