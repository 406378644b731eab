package report

import (
	"strconv"
	"unicode/utf16"

	"github.com/nplint/nplint/lint/manifest"
)

const (
	hashWindow = 100
	hashFactor = 37
	endOfFile  = 0xFFFF
)

// lineHashes returns for every line the value by which code scanning knows an
// alert again when lines move: a rolling hash of the 100 UTF-16 code units,
// without blanks, that begin with the line, and how often it came so far. It
// has to be what github/codeql-action computes in src/fingerprints.ts, which
// otherwise warns of every result.
func lineHashes(data []byte) []string {
	h := &lineHasher{seen: map[uint64]int{}, leaving: 1}
	for range hashWindow {
		h.leaving *= hashFactor
	}
	for i := range h.begun {
		h.begun[i] = -1
	}
	start, afterCR := true, false
	for _, unit := range append(utf16.Encode([]rune(string(data))), endOfFile) {
		blank := unit == ' ' || unit == '\t' || afterCR && unit == '\n'
		afterCR = unit == '\r'
		if blank {
			continue
		}
		if afterCR {
			unit = '\n'
		}
		h.finish()
		if start {
			h.begun[h.at] = len(h.hashes)
			h.hashes = append(h.hashes, "")
		}
		start = unit == '\n'
		h.push(unit)
	}
	for range hashWindow {
		h.finish()
		h.push(0)
	}
	return h.hashes
}

type lineHasher struct {
	window  [hashWindow]uint16
	begun   [hashWindow]int // the line that begins at a place of the window, or -1
	at      int
	value   uint64
	leaving uint64 // the factor of what leaves the window
	seen    map[uint64]int
	hashes  []string
}

// finish notes the hash of the line whose window is full.
func (h *lineHasher) finish() {
	if line := h.begun[h.at]; line >= 0 {
		h.seen[h.value]++
		h.hashes[line] = strconv.FormatUint(h.value, 16) + ":" + strconv.Itoa(h.seen[h.value])
		h.begun[h.at] = -1
	}
}

func (h *lineHasher) push(unit uint16) {
	h.value = h.value*hashFactor + uint64(unit) - h.leaving*uint64(h.window[h.at])
	h.window[h.at] = unit
	h.at = (h.at + 1) % hashWindow
}

// fingerprints computes the hashes of each file once.
type fingerprints map[*manifest.File][]string

// of returns the fingerprint of a span's first line, "" where there is none.
func (f fingerprints) of(s manifest.Span) string {
	if s.File == nil {
		return ""
	}
	hashes, known := f[s.File]
	if !known {
		hashes = lineHashes(s.File.Data)
		f[s.File] = hashes
	}
	if line := s.File.Position(s.Start).Line; line <= len(hashes) {
		return hashes[line-1]
	}
	return ""
}
