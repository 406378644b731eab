package manifest

import (
	"bytes"
	"sort"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// File is one input file as it was read.
type File struct {
	// Name is the path that users see: relative to the working directory,
	// with forward slashes; "<stdin>" for standard input.
	Name string
	// Data is the unchanged content.
	Data []byte

	looked atomic.Pointer[looked]
}

// looked is what is known of a file that was looked into for a finding, which
// most are not.
type looked struct {
	once   sync.Once
	starts []int
	parsed parsedDocument
}

func (f *File) look() *looked {
	if l := f.looked.Load(); l != nil {
		return l
	}
	f.looked.CompareAndSwap(nil, &looked{})
	return f.looked.Load()
}

// Position is a place in a file, counted from 1. Columns count Unicode code
// points, a byte order mark not among them; UTF16 is the same column in UTF-16
// code units, which SARIF and editors use.
type Position struct {
	Line, Column, UTF16 int
}

// Position returns the line and column of a byte offset. Offsets outside the
// file are moved to its nearest end.
func (f *File) Position(offset int) Position {
	starts := f.lineStarts()
	offset = max(starts[0], min(offset, len(f.Data)))
	line := sort.SearchInts(starts, offset+1)
	pos := Position{Line: line, Column: 1, UTF16: 1}
	for text := f.Data[starts[line-1]:offset]; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		pos.Column++
		pos.UTF16++
		if r > 0xFFFF {
			pos.UTF16++
		}
	}
	return pos
}

// Line returns the text of a line, counted from 1, without its line break.
// A line that does not exist is empty.
func (f *File) Line(n int) string {
	start, end := f.lineBounds(n)
	return string(f.Data[start:end])
}

// Offset returns the byte offset of a line and column, both counted from 1,
// columns in code points. It is the inverse of Position.
func (f *File) Offset(line, column int) int {
	start, end := f.lineBounds(line)
	for ; column > 1 && start < end; column-- {
		_, size := utf8.DecodeRune(f.Data[start:end])
		start += size
	}
	return start
}

func (f *File) lineBounds(n int) (start, end int) {
	starts := f.lineStarts()
	if n < 1 || n > len(starts) {
		return len(f.Data), len(f.Data)
	}
	start, end = starts[n-1], len(f.Data)
	if n < len(starts) {
		end = starts[n]
	}
	text := f.Data[start:end]
	for _, eol := range []string{"\n", "\r", "\u0085", "\u2028"} {
		text = bytes.TrimSuffix(text, []byte(eol))
	}
	return start, start + len(text)
}

// lineStarts returns the offset at which each line begins, the first one
// after a byte order mark.
func (f *File) lineStarts() []int {
	l := f.look()
	l.once.Do(func() {
		first := 0
		if bytes.HasPrefix(f.Data, utf8BOM) {
			first = len(utf8BOM)
		}
		l.starts = append([]int{first}, breaks(f.Data)...)
	})
	return l.starts
}

var utf8BOM = []byte("\xEF\xBB\xBF")

// breaks returns the offsets that follow a line break as YAML readers count
// them: LF, CRLF, CR, and the Unicode breaks NEL and LS.
func breaks(data []byte) []int {
	var offsets []int
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\n':
			offsets = append(offsets, i+1)
		case '\r':
			if i+1 < len(data) && data[i+1] == '\n' {
				i++
			}
			offsets = append(offsets, i+1)
		case 0xC2:
			if i+1 < len(data) && data[i+1] == 0x85 {
				offsets = append(offsets, i+2)
			}
		case 0xE2:
			if i+2 < len(data) && data[i+1] == 0x80 && data[i+2] == 0xA8 {
				offsets = append(offsets, i+3)
			}
		}
	}
	return offsets
}
