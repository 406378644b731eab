package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nplint/nplint/lint/manifest"
)

// frame draws the line that a span begins on under its number, and marks what
// the span covers of it.
func (p *printer) frame(s manifest.Span, mark, code string, gutter int) {
	if placeless(s) {
		return
	}
	s = firstLine(s)
	start, line := lineAt(s)
	shown, indent, marks := window(line, s.Start-start, s.End-start, p.style.Width-gutter-len(" | "))
	number := strconv.Itoa(s.File.Position(s.Start).Line)
	bar := p.paint(frameColor, strings.Repeat(" ", gutter)+" |")
	p.println(bar)
	p.println(strings.TrimRight(p.paint(frameColor, fmt.Sprintf("%*s |", gutter, number))+" "+shown, " "))
	p.println(bar + " " + strings.Repeat(" ", indent) + p.paint(code, strings.Repeat(mark, marks)))
	p.println(bar)
}

// gutter returns the width of the widest line number.
func gutter(spans ...manifest.Span) int {
	widest := 1
	for _, s := range spans {
		if !placeless(s) {
			widest = max(widest, len(strconv.Itoa(s.File.Position(s.Start).Line)))
		}
	}
	return widest
}

const (
	ellipsis   = "..."
	leastWidth = 20
)

// window returns a line as the terminal shows it, how far from its left edge
// the bytes from start to end stand, and how many columns they take. A line
// that is too wide is cut to what surrounds them.
func window(line string, start, end, width int) (shown string, indent, marks int) {
	width = max(width, leastWidth)
	if len(line) <= width && plain(line) {
		return line, start, max(1, min(end, len(line))-start)
	}
	// A line may be a whole file of megabytes: only what can be seen is looked at.
	first := max(0, start-utf8.UTFMax*width)
	last := min(len(line), start+2*utf8.UTFMax*width)
	for first > 0 && !utf8.RuneStart(line[first]) {
		first--
	}
	for last < len(line) && !utf8.RuneStart(line[last]) {
		last++
	}
	left := cells(line[first:start])
	middle := cells(line[start:min(end, last)])
	right := cells(line[max(start, min(end, last)):last])
	if first == 0 && last == len(line) && columnsOf(left)+columnsOf(middle)+columnsOf(right) <= width {
		return text(left) + text(middle) + text(right), columnsOf(left), max(1, columnsOf(middle))
	}
	room := width - 2*len(ellipsis)
	middle, cut := fit(middle, room-min(columnsOf(left), room/4))
	room -= columnsOf(middle)
	if cut {
		right = nil
	}
	half := max(room/2, room-columnsOf(right))
	left, cutLeft := fitEnd(left, half)
	right, cutRight := fit(right, room-columnsOf(left))
	before, after := "", ""
	if cutLeft || first > 0 {
		before = ellipsis
	}
	if cut || cutRight || last < len(line) {
		after = ellipsis
	}
	return before + text(left) + text(middle) + text(right) + after,
		len(before) + columnsOf(left), max(1, columnsOf(middle))
}

// fit returns as many cells as fit into a width, from the first one on, and
// whether any are missing.
func fit(all []cell, width int) ([]cell, bool) {
	for i, c := range all {
		if width -= c.width; width < 0 {
			return all[:i], true
		}
	}
	return all, false
}

// fitEnd is fit from the last cell backwards.
func fitEnd(all []cell, width int) ([]cell, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if width -= all[i].width; width < 0 {
			return all[i+1:], true
		}
	}
	return all, false
}

func columnsOf(all []cell) int {
	n := 0
	for _, c := range all {
		n += c.width
	}
	return n
}

func text(all []cell) string {
	var b strings.Builder
	for _, c := range all {
		b.WriteString(c.text)
	}
	return b.String()
}
