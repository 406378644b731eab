package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const tab = "    "

// cell is what one character of the input takes on the terminal, with the
// marks that combine with it.
type cell struct {
	text  string
	width int
}

// cells returns a text as the terminal shows it. Tabs become blanks; what is
// invisible, or would command the terminal, is written out.
func cells(s string) []cell {
	var all []cell
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\t':
			all = append(all, cell{tab, len(tab)})
		case !shown(r, size):
			text := escape(r, s[:size])
			all = append(all, cell{text, len(text)})
		case unicode.In(r, unicode.Mn, unicode.Me) && len(all) > 0:
			all[len(all)-1].text += s[:size]
		default:
			all = append(all, cell{s[:size], columns(r)})
		}
		s = s[size:]
	}
	return all
}

// printable returns a text of one line that is safe to show: control
// characters, tabs and line breaks, invisible characters and bytes that are no
// UTF-8 are written out.
func printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if shown(r, size) {
			b.WriteString(s[i : i+size])
		} else {
			b.WriteString(escape(r, s[i:i+size]))
		}
		i += size
	}
	return b.String()
}

// plain reports whether a text is of ASCII characters that are shown as they
// are, in one column each, as nearly all are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func shown(r rune, size int) bool {
	return unicode.IsPrint(r) && (r != utf8.RuneError || size > 1)
}

func escape(r rune, raw string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r > 0xFFFF:
		return fmt.Sprintf(`\U%08x`, r)
	default:
		return fmt.Sprintf(`\u%04x`, r)
	}
}

func columns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
